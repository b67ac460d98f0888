import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'
import { app, shortPath } from './app.ts'

type Params = Record<string, unknown>
type Listener = (params: Params) => void

/** One target of Chromium, spoken to over the DevTools protocol. */
export interface Session {
  send(method: string, params?: Params): Promise<Params>
  on(method: string, listener: Listener): void
}

const program = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const flags = [
  '--headless',
  '--no-startup-window',
  '--remote-debugging-port=0',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  // A window is never behind another one here, but Chromium may think so, and then gives a page one turn a minute.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--lang=en-US',
]

/** The browser behind all windows: started by the first one, ended with the app in whatever way the app ends. */
export class Chromium {
  readonly #child: ChildProcess
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, PromiseWithResolvers<Params>>()
  readonly #listeners = new Map<string, Listener[]>()
  #lastId = 0

  private constructor(child: ChildProcess, socket: WebSocket) {
    this.#child = child
    this.#socket = socket
    socket.on('message', (data: Buffer) => this.#take(JSON.parse(data.toString()) as Params))
  }

  static async launch(): Promise<Chromium> {
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
    // Debian's Chromium hung when its profile lay in the specs' odd home: 200 bytes, quotes, not ASCII.
    const profile = shortPath(app.getPath('userData'), 'profile')
    // A killed app must not leave its browser behind, which would hold the profile.
    const child = spawn(
      'setpriv',
      ['--pdeathsig', 'KILL', program, ...flags, ...sandbox, `--user-data-dir=${profile}`],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    const lines = createInterface({ input: child.stderr })
    for await (const line of lines) {
      const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1]
      if (address === undefined) continue
      const socket = new WebSocket(address, { perMessageDeflate: false })
      await once(socket, 'open')
      // This is the line by which Playwright finds the windows.
      process.stderr.write(`${line}\n`)
      child.stderr.resume()
      return new Chromium(child, socket)
    }
    throw new Error('Chromium ended before it listened')
  }

  async attach(targetId: string): Promise<Session> {
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true })
    const id = String(sessionId)
    return {
      send: (method, params) => this.send(method, params, id),
      on: (method, listener) => this.on(method, listener, id),
    }
  }

  send(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
    const answer = Promise.withResolvers<Params>()
    this.#lastId += 1
    this.#waiting.set(this.#lastId, answer)
    this.#socket.send(JSON.stringify({ id: this.#lastId, method, params, sessionId }))
    return answer.promise
  }

  on(method: string, listener: Listener, sessionId = ''): void {
    const key = `${sessionId} ${method}`
    this.#listeners.set(key, [...(this.#listeners.get(key) ?? []), listener])
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'exit')
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.send('Browser.close').catch(() => undefined)
    await ended
  }

  #take(message: Params): void {
    if (typeof message['id'] === 'number') {
      const waiting = this.#waiting.get(message['id'])
      this.#waiting.delete(message['id'])
      if (message['error'] === undefined) waiting?.resolve(message['result'] as Params)
      else waiting?.reject(new Error(JSON.stringify(message['error'])))
      return
    }
    const { sessionId = '', method } = message as { sessionId?: string; method: string }
    const key = `${sessionId} ${method}`
    for (const listener of this.#listeners.get(key) ?? []) listener(message['params'] as Params)
  }
}

let launching: Promise<Chromium> | undefined

export function provideChromium(): Promise<Chromium> {
  launching ??= Chromium.launch()
  return launching
}

export async function closeChromium(): Promise<void> {
  const chromium = await launching?.catch(() => undefined)
  await chromium?.close()
}
