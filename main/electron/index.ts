import { app } from 'electron'
import { join } from 'node:path'
import { findPaths } from '../host/paths.ts'
import { registerAppScheme } from './scheme.ts'
import { startShell } from './shell.ts'

/*
 * What must be said before Electron is ready, then the shell. Nothing here is awaited at the top level: Electron is
 * ready only once this module has been read to its end.
 */
registerAppScheme()
// Chromium's own files, and with them the single instance: one of each home.
app.setPath('userData', join(findPaths().home, 'electron'))
// The tray keeps the app when its window is closed.
app.on('window-all-closed', () => undefined)

if (app.requestSingleInstanceLock()) void app.whenReady().then(() => startShell(process.env))
else app.exit(0)
