/** What `electron` gives to the main process, as far as the shell uses it. */
export { app } from './app.ts'
export { BrowserWindow } from './browser-window.ts'
export { webContents } from './web-contents.ts'
export { Menu, Tray, nativeImage } from './menu-and-tray.ts'
export { dialog, nativeTheme, powerMonitor, safeStorage, screen, shell } from './desktop.ts'
export { protocol, session } from './session.ts'
