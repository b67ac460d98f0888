import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { Say } from '../words/words.ts'

/**
 * The menu bar: the system's own parts by their roles, which bring their words and keys along. On the Mac it is always
 * seen; elsewhere it is hidden until Alt is pressed, and is there for its keys.
 */
function toMenuTemplate(
  platform: NodeJS.Platform,
  say: Say,
  open: () => void,
): MenuItemConstructorOptions[] {
  const parts: MenuItemConstructorOptions[] = [{ role: 'editMenu' }, toViewMenu(say)]
  if (platform === 'darwin') return [{ role: 'appMenu' }, ...parts, { role: 'windowMenu' }]
  const own: MenuItemConstructorOptions = {
    label: 'Berth',
    submenu: [
      { label: say('shell.open'), click: open },
      { type: 'separator' },
      { label: say('shell.quit'), role: 'quit' },
    ],
  }
  return [own, ...parts]
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

export function setAppMenu(say: Say, open: () => void): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(toMenuTemplate(process.platform, say, open)))
}
