import { join } from 'node:path'
import { Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron'
import type { Say } from '../words/words.ts'
import {
  sayState,
  type TrayItem,
  type TrayOrder,
  type TrayState,
  toTrayItems,
} from './tray-menu.ts'

export interface AppTray extends Disposable {
  /** Shows the state in a language; does nothing when neither has changed. */
  update(status: TrayState, say: Say): void
}

const folder = join(import.meta.dirname, '..', '..', 'assets', 'tray')

/** The icon in the menu bar or notification area, with the machine's state and its orders. */
export function createAppTray(follow: (order: TrayOrder) => void): AppTray {
  const mac = process.platform === 'darwin'
  // A template image is black and clear: the Mac colours it as its menu bar needs.
  const image = nativeImage.createFromPath(join(folder, mac ? 'berthTemplate.png' : 'berth.png'))
  const tray = new Tray(image)
  // On the Mac a click opens the menu.
  if (!mac) tray.on('click', () => follow('open'))
  const shown: { state?: TrayState['state']; slow?: boolean; say?: Say } = {}
  return {
    update({ state, slow }, say) {
      if (shown.state === state && shown.slow === slow && shown.say === say) return
      Object.assign(shown, { state, slow, say })
      const items = toTrayItems({ state, slow }, say)
      tray.setToolTip(`Berth: ${sayState({ state, slow }, say)}`)
      tray.setContextMenu(Menu.buildFromTemplate(items.map((item) => toTemplate(item, follow))))
    },
    [Symbol.dispose]: () => tray.destroy(),
  }
}

function toTemplate(
  item: TrayItem,
  follow: (order: TrayOrder) => void,
): MenuItemConstructorOptions {
  switch (item.kind) {
    case 'rule':
      return { type: 'separator' }
    case 'state':
      return { label: item.label, enabled: false }
    case 'order':
      return { label: item.label, click: () => follow(item.order) }
  }
}
