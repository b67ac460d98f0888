import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'

/** An event whose default can be prevented, as Electron gives it to its listeners. */
export class StandInEvent {
  #prevented = false
  get defaultPrevented(): boolean {
    return this.#prevented
  }
  preventDefault(): void {
    this.#prevented = true
  }
}

/** Of a userData whose path may be too long, or too odd, for what has to lie in it. */
export function shortPath(userData: string, name: string): string {
  const tag = createHash('sha256').update(userData).digest('hex').slice(0, 12)
  return join(tmpdir(), `electron-${tag}.${name}`)
}

interface About {
  path: string
  name: string
  version: string
}

class App extends EventEmitter {
  readonly isPackaged = false
  readonly #ready = Promise.withResolvers<undefined>()
  readonly #paths = new Map<string, string>()
  #about: About = { path: '', name: '', version: '' }
  #isReady = false
  /** Closes all windows; says whether all have closed. Set by the windows. */
  closeWindows: () => boolean = () => true
  closeBrowser: () => Promise<void> = () => Promise.resolve()

  describe(about: About): void {
    this.#about = about
  }

  becomeReady(): void {
    this.#isReady = true
    this.#ready.resolve(undefined)
    this.emit('ready', new StandInEvent())
  }

  whenReady(): Promise<undefined> {
    return this.#ready.promise
  }

  isReady(): boolean {
    return this.#isReady
  }

  getName(): string {
    return this.#about.name
  }

  getVersion(): string {
    return this.#about.version
  }

  getAppPath(): string {
    return this.#about.path
  }

  getPath(name: string): string {
    return this.#paths.get(name) ?? join(homedir(), '.config', this.#about.name)
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path)
  }

  getLocale(): string {
    return this.getPreferredSystemLanguages()[0] ?? 'en-US'
  }

  getPreferredSystemLanguages(): string[] {
    const [locale = ''] = (process.env['LC_ALL'] ?? process.env['LANG'] ?? '').split('.')
    return [/^[a-z]{2}_/.test(locale) ? locale.replace('_', '-') : 'en-US']
  }

  setAppUserModelId(): void {
    // Windows only.
  }

  /**
   * The first one listens for its userData; who finds a listener there tells it, and is not the first. The socket is in
   * the folder for temporary files, as Chromium's is: userData's path may be longer than a socket's may.
   */
  requestSingleInstanceLock(): boolean {
    const folder = this.getPath('userData')
    mkdirSync(folder, { recursive: true })
    const path = shortPath(folder, 'sock')
    const told = JSON.stringify(process.argv)
    const script = `require('node:net').connect(process.argv[1]).on('connect',function(){this.end(process.argv[2])}).on('error',()=>process.exit(1))`
    if (spawnSync(process.execPath, ['-e', script, path, told]).status === 0) return false
    rmSync(path, { force: true })
    createServer((socket) => {
      socket
        .setEncoding('utf8')
        .once('data', (argv: string) =>
          this.emit('second-instance', new StandInEvent(), JSON.parse(argv), process.cwd(), {}),
        )
    })
      .listen(path)
      .unref()
    return true
  }

  quit(): void {
    const event = new StandInEvent()
    this.emit('before-quit', event)
    if (event.defaultPrevented || !this.closeWindows()) return
    const last = new StandInEvent()
    this.emit('will-quit', last)
    if (!last.defaultPrevented) this.exit(0)
  }

  exit(code = 0): void {
    this.emit('quit', new StandInEvent(), code)
    void this.closeBrowser().finally(() => process.exit(code))
  }
}

export const app = new App()
