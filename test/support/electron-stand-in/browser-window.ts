import { EventEmitter } from 'node:events'
import { app, StandInEvent } from './app.ts'
import { closeChromium } from './chromium.ts'
import { WebContents } from './web-contents.ts'

interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

export interface WindowOptions extends Partial<Rectangle> {
  show?: boolean
  title?: string
  webPreferences?: { preload?: string } & Record<string, unknown>
}

const all = new Set<BrowserWindow>()

/** A window whose page is a page of headless Chromium, and whose place on the screen is only remembered. */
export class BrowserWindow extends EventEmitter {
  readonly webContents: WebContents
  readonly #state = { visible: false, maximized: false, minimized: false, destroyed: false }
  #bounds: Rectangle

  constructor(options: WindowOptions = {}) {
    super()
    this.#bounds = { x: 100, y: 100, width: 800, height: 600, ...pickBounds(options) }
    this.#state.visible = options.show !== false
    this.webContents = new WebContents({
      window: this,
      size: this.#bounds,
      preferences: options.webPreferences ?? {},
    })
    this.webContents.once('stand-in-loaded', () => this.emit('ready-to-show'))
    all.add(this)
    app.emit('web-contents-created', new StandInEvent(), this.webContents)
  }

  static getAllWindows(): BrowserWindow[] {
    return [...all]
  }

  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return [...all].find((window) => window.webContents === contents) ?? null
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url)
  }

  show(): void {
    this.#state.visible = true
    this.emit('show')
  }

  hide(): void {
    this.#state.visible = false
    this.emit('hide')
  }

  focus(): void {
    this.emit('focus')
  }

  restore(): void {
    this.#state.minimized = false
    this.emit('restore')
  }

  minimize(): void {
    this.#state.minimized = true
    this.emit('minimize')
  }

  maximize(): void {
    this.#state.maximized = true
    this.emit('maximize')
  }

  unmaximize(): void {
    this.#state.maximized = false
    this.emit('unmaximize')
  }

  isVisible(): boolean {
    return this.#state.visible && !this.#state.destroyed
  }

  isMinimized(): boolean {
    return this.#state.minimized
  }

  isMaximized(): boolean {
    return this.#state.maximized
  }

  isDestroyed(): boolean {
    return this.#state.destroyed
  }

  getBounds(): Rectangle {
    return { ...this.#bounds }
  }

  getNormalBounds(): Rectangle {
    return { ...this.#bounds }
  }

  setBounds(bounds: Partial<Rectangle>): void {
    this.#bounds = { ...this.#bounds, ...bounds }
    void this.webContents.resize(this.#bounds)
    this.emit('move')
    this.emit('resize')
  }

  close(): void {
    const event = new StandInEvent()
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }

  destroy(): void {
    if (this.#state.destroyed) return
    this.#state.destroyed = true
    all.delete(this)
    this.webContents.destroy()
    this.emit('closed')
    if (all.size === 0) app.emit('window-all-closed')
  }
}

function pickBounds({ x, y, width, height }: Partial<Rectangle>): Partial<Rectangle> {
  return Object.fromEntries(
    Object.entries({ x, y, width, height }).filter(([, value]) => value !== undefined),
  )
}

app.closeWindows = () => {
  for (const window of all) window.close()
  return all.size === 0
}
app.closeBrowser = closeChromium
