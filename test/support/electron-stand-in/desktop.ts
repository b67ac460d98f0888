import { EventEmitter } from 'node:events'

class NativeTheme extends EventEmitter {
  themeSource: 'system' | 'light' | 'dark' = 'system'
  get shouldUseDarkColors(): boolean {
    return this.themeSource === 'dark'
  }
}

export const nativeTheme = new NativeTheme()

/** Tells when the computer was asleep. */
export const powerMonitor = new EventEmitter()

export const screen = {
  getAllDisplays: () => [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
}

/** Nothing is opened: what was asked for is kept. */
export const shell = {
  opened: [] as string[],
  openExternal(url: string): Promise<void> {
    shell.opened.push(url)
    return Promise.resolve()
  },
}

export const dialog = {
  shown: [] as { title: string; content: string }[],
  showErrorBox(title: string, content: string): void {
    dialog.shown.push({ title, content })
    process.stderr.write(`${title}: ${content}\n`)
  },
  /** Nobody is there to choose. */
  showOpenDialog: () => Promise.resolve({ canceled: true, filePaths: [] as string[] }),
}

/** There is no keychain. */
export const safeStorage = {
  getSelectedStorageBackend: () => 'basic_text' as const,
  isAsyncEncryptionAvailable: () => Promise.resolve(false),
}
