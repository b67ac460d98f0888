import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'

interface ItemOptions {
  label?: string
  role?: string
  type?: string
  enabled?: boolean
  click?: () => void
  submenu?: ItemOptions[]
}

/** A menu that is only kept, for the specs to look at and to click. */
export class Menu {
  static current: Menu | null = null
  readonly items: ItemOptions[]

  private constructor(items: ItemOptions[]) {
    this.items = items
  }

  static buildFromTemplate(template: ItemOptions[]): Menu {
    return new Menu(template)
  }

  static setApplicationMenu(menu: Menu | null): void {
    Menu.current = menu
  }

  static getApplicationMenu(): Menu | null {
    return Menu.current
  }
}

interface Image {
  path: string
  isEmpty(): boolean
}

export const nativeImage = {
  createFromPath: (path: string): Image => ({ path, isEmpty: () => !existsSync(path) }),
}

export class Tray extends EventEmitter {
  static readonly all: Tray[] = []
  readonly image: Image
  menu: Menu | null = null
  toolTip = ''
  /** How often a menu was set: a menu that is rebuilt while it is open flickers. */
  menusSet = 0

  constructor(image: Image) {
    super()
    this.image = image
    Tray.all.push(this)
  }

  setContextMenu(menu: Menu | null): void {
    this.menu = menu
    this.menusSet += 1
  }

  setToolTip(text: string): void {
    this.toolTip = text
  }

  destroy(): void {
    Tray.all.splice(Tray.all.indexOf(this), 1)
  }
}
