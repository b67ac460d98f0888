import type { MenuItemConstructorOptions } from 'electron'
import type { Say } from '../words/words.ts'

/** What the menu bar has of ours. */
export interface MenuOrders {
  /** Shows the window. */
  open(): void
  /** Shows it on its settings. */
  settings(): void
}

/**
 * The menu bar: the system's own parts by their roles, which bring their words and keys along. On the Mac it is always
 * seen; elsewhere it is hidden until Alt is pressed, and is there for its keys.
 */
export function toMenuTemplate(
  platform: NodeJS.Platform,
  say: Say,
  orders: MenuOrders,
): MenuItemConstructorOptions[] {
  const settings: MenuItemConstructorOptions = {
    label: say('shell.settings'),
    accelerator: 'CmdOrCtrl+,',
    click: () => orders.settings(),
  }
  const parts: MenuItemConstructorOptions[] = [{ role: 'editMenu' }, toViewMenu(say)]
  if (platform === 'darwin') return [toAppMenu(settings), ...parts, { role: 'windowMenu' }]
  const own: MenuItemConstructorOptions = {
    label: 'Berth',
    submenu: [
      { label: say('shell.open'), click: () => orders.open() },
      settings,
      { type: 'separator' },
      { label: say('shell.quit'), role: 'quit' },
    ],
  }
  return [own, ...parts]
}

/** As the role `appMenu` has it, with the settings where the Mac looks for them. */
function toAppMenu(settings: MenuItemConstructorOptions): MenuItemConstructorOptions {
  return {
    label: 'Berth',
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      settings,
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  }
}

function toViewMenu(say: Say): MenuItemConstructorOptions {
  return {
    label: say('shell.view'),
    submenu: [
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
    ],
  }
}
