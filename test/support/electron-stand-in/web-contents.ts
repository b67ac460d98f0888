import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { StandInEvent } from './app.ts'
import type { BrowserWindow } from './browser-window.ts'
import { provideChromium, type Session } from './chromium.ts'
import { bindingName, pageScript } from './page.ts'
import { answerRequest, fromPageAddress, pageOrigin, toPageAddress } from './session.ts'

interface Options {
  window: BrowserWindow
  size: { width: number; height: number }
  preferences: { preload?: string } & Record<string, unknown>
}

interface Frame {
  parent: Frame | null
  url: string
}

type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' }

const all = new Set<WebContents>()

/** A page, and the messages between it and the main process. */
export class WebContents extends EventEmitter {
  readonly ipc = new EventEmitter()
  readonly mainFrame: Frame = { parent: null, url: 'about:blank' }
  targetId = ''
  readonly #options: Options
  readonly #session: Promise<Session>
  #openHandler: OpenHandler = () => ({ action: 'allow' })
  #destroyed = false

  constructor(options: Options) {
    super()
    this.#options = options
    all.add(this)
    this.#session = this.#open()
  }

  static find(targetId: string): WebContents | undefined {
    return [...all].find((contents) => contents.targetId === targetId)
  }

  getLastWebPreferences(): Record<string, unknown> {
    return { ...this.#options.preferences }
  }

  getURL(): string {
    return this.mainFrame.url
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler
  }

  send(channel: string, ...args: unknown[]): void {
    const expression = `globalThis.${bindingName}Receive(${JSON.stringify([channel, args])})`
    this.#tell('Runtime.evaluate', { expression })
  }

  async loadURL(url: string): Promise<void> {
    const loaded = new Promise((resolve) => this.once('stand-in-loaded', resolve))
    await this.#ask('Page.navigate', { url: toPageAddress(url) })
    await loaded
  }

  reload(): void {
    this.#tell('Page.reload')
  }

  async executeJavaScript(expression: string): Promise<unknown> {
    const options = { awaitPromise: true, returnByValue: true, userGesture: false }
    const { result } = await this.#ask('Runtime.evaluate', { expression, ...options })
    return (result as { value?: unknown }).value
  }

  async resize({ width, height }: { width: number; height: number }): Promise<void> {
    const { windowId } = await this.#ask('Browser.getWindowForTarget')
    await this.#ask('Browser.setWindowBounds', { windowId, bounds: { width, height } })
  }

  close(): void {
    this.#options.window.close()
  }

  destroy(): void {
    this.#destroyed = true
    all.delete(this)
    this.emit('destroyed')
    this.#tell('Page.close')
  }

  async #ask(method: string, params?: Record<string, unknown>) {
    const session = await this.#session
    return session.send(method, params)
  }

  /** For what a page that has gone meanwhile need not hear. */
  #tell(method: string, params?: Record<string, unknown>): void {
    this.#ask(method, params).catch(() => undefined)
  }

  async #open(): Promise<Session> {
    const chromium = await provideChromium()
    const { width, height } = this.#options.size
    const target = { url: 'about:blank', newWindow: true, width, height }
    const { targetId } = await chromium.send('Target.createTarget', target)
    this.targetId = String(targetId)
    const session = await chromium.attach(this.targetId)
    this.#follow(session)
    const { preload } = this.#options.preferences
    const source = pageScript(preload === undefined ? '' : readFileSync(preload, 'utf8'))
    await session.send('Page.enable')
    await session.send('Runtime.enable')
    await session.send('Inspector.enable')
    await session.send('Debugger.enable')
    await session.send('Runtime.addBinding', { name: bindingName })
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source })
    const patterns = [
      { urlPattern: `${pageOrigin}/*` },
      { urlPattern: '*', resourceType: 'Document' },
    ]
    await session.send('Fetch.enable', { patterns })
    return session
  }

  #follow(session: Session): void {
    session.on('Runtime.bindingCalled', ({ payload }) => this.#receive(String(payload)))
    session.on('Fetch.requestPaused', (paused) => void this.#answer(session, paused))
    session.on('Page.loadEventFired', () => this.emit('stand-in-loaded'))
    session.on('Page.frameNavigated', ({ frame }) => {
      const { parentId, url } = frame as { parentId?: string; url: string }
      if (parentId !== undefined) return
      this.mainFrame.url = fromPageAddress(url)
      this.emit('did-navigate', new StandInEvent(), this.mainFrame.url)
    })
    session.on('Page.windowOpen', ({ url }) => void this.#openHandler({ url: String(url) }))
    session.on('Inspector.targetCrashed', () =>
      this.emit('render-process-gone', new StandInEvent(), { reason: 'crashed' }),
    )
    session.on('Debugger.paused', () => void tellPath(session))
  }

  #receive(payload: string): void {
    const [channel, args] = JSON.parse(payload) as [string, unknown[]]
    this.ipc.emit(channel, { senderFrame: this.mainFrame, sender: this }, ...args)
  }

  async #answer(session: Session, paused: Record<string, unknown>): Promise<void> {
    const { url, method } = paused['request'] as { url: string; method: string }
    const requestId = paused['requestId']
    // A page that is left or reloaded cancels its requests, and then nobody waits for an answer.
    const decide = (command: string, params: Record<string, unknown> = {}) =>
      session.send(command, { requestId, ...params }).catch(() => undefined)
    if (!url.startsWith(`${pageOrigin}/`)) {
      const event = Object.assign(new StandInEvent(), { url })
      this.emit('will-navigate', event, url)
      if (event.defaultPrevented) await decide('Fetch.failRequest', { errorReason: 'Aborted' })
      else await decide('Fetch.continueRequest')
      return
    }
    const response = await answerRequest(new Request(fromPageAddress(url), { method }))
    await decide('Fetch.fulfillRequest', {
      responseCode: response.status,
      responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
      body: Buffer.from(await response.arrayBuffer()).toString('base64'),
    })
  }
}

/**
 * `webUtils.getPathForFile` is answered while its page stands at a breakpoint: it is synchronous, and only the
 * browser knows the path.
 */
async function tellPath(session: Session): Promise<void> {
  const file = `globalThis.${bindingName}File`
  const { result } = await session.send('Runtime.evaluate', { expression: file })
  const { objectId } = result as { objectId?: string }
  const { path } = objectId ? await session.send('DOM.getFileInfo', { objectId }) : { path: '' }
  const expression = `globalThis.${bindingName}Path = ${JSON.stringify(path)}`
  await session.send('Runtime.evaluate', { expression })
  await session.send('Debugger.resume')
}

export const webContents = {
  getAllWebContents: (): WebContents[] => [...all],
  fromDevToolsTargetId: (targetId: string): WebContents | undefined => WebContents.find(targetId),
}
