import { AppError, type ErrorShape, type HostNetworkSnapshot } from '#api'
import type { Machine } from '#vm'
import type { Log } from '../host/log.ts'
import { askMachine } from '../machine/errors.ts'
import { deadlineOf } from '../engine-settings/engine-settings.ts'
import type { PullAddress } from '../mirrors/pull-address.ts'
import { hostAddress } from '../mirrors/hosts-toml.ts'
import { forwardUser } from './forward-proxy.ts'
import type { HostNetwork } from './host-network.ts'

const program = '/usr/lib/berth/engine-network'
const askMs = 60_000

export interface EngineNetworkParts {
  network: Pick<HostNetwork, 'authorities' | 'onChange' | 'usesProxy'>
  /** Where we answer the guest; undefined while nothing does. */
  address: () => PullAddress | undefined
  log: Log
}

type EngineMachine = Pick<Machine, 'snapshot' | 'onChange' | 'exec'>

/**
 * What the guest has of this computer's network. Authorities are told at once. That there is a proxy the engine reads once,
 * at its start: it is handed in at each boot, and for an engine that runs it waits until somebody has it started anew.
 */
export class EngineNetwork implements AsyncDisposable {
  readonly #parts: EngineNetworkParts
  readonly #over = new AbortController()
  readonly #listeners = new Set<() => void>()
  #machine: EngineMachine | undefined
  #line = ''
  #telling: Promise<void> = Promise.resolve()
  state: HostNetworkSnapshot['engine'] = 'unknown'
  error: ErrorShape | undefined

  private constructor(parts: EngineNetworkParts) {
    this.#parts = parts
    this.#over.signal.addEventListener(
      'abort',
      parts.network.onChange(() => this.#tell()),
    )
  }

  static async open(parts: EngineNetworkParts): Promise<EngineNetwork> {
    const made = new EngineNetwork(parts)
    await made.#look()
    return made
  }

  /** What a machine that boots is handed. */
  get handedIn(): Record<string, string> {
    return { proxy: this.#line, 'authorities.pem': this.#pem }
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener)
  }

  /** Tells each machine that begins to run. */
  follow(machine: EngineMachine): void {
    this.#machine = machine
    let running = false
    const look = () => {
      const before = running
      running = machine.snapshot.state.phase === 'running'
      if (running && !before) this.#tell()
      else if (!running && before) this.#set('unknown')
    }
    this.#over.signal.addEventListener('abort', machine.onChange(look))
    look()
  }

  /** Once all that has changed by now has been told. */
  settled(): Promise<void> {
    return this.#telling
  }

  /** @throws {AppError} `not-running`, `network-not-back` */
  async restart(): Promise<void> {
    await this.#telling
    const machine = this.#machine
    if (machine?.snapshot.state.phase !== 'running') throw new AppError('not-running')
    this.#set('applying')
    const seconds = deadlineOf(machine.snapshot)
    const signal = AbortSignal.timeout(seconds * 1000 + askMs)
    const ask = () =>
      machine.exec([program, 'restart', String(seconds)], { input: this.#line, signal })
    try {
      const { code } = await askMachine(ask)
      this.#parts.log.write('network.engine-restarted', { code, proxy: this.#line.length > 1 })
      if (code !== 0) throw new AppError('network-not-back', { seconds })
      this.#set('used')
    } catch (error) {
      this.#set('waiting')
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort()
    await this.#telling
  }

  get #pem(): string {
    return `${this.#parts.network.authorities.join('\n')}\n`
  }

  /** One line: the address of the proxy here, or none. */
  async #look(): Promise<void> {
    const address = this.#parts.address()
    const isUsed = address !== undefined && (await this.#parts.network.usesProxy())
    this.#line = isUsed
      ? `http://${forwardUser}:${address.secret}@${hostAddress}:${address.port}\n`
      : '\n'
  }

  #tell(): void {
    this.#telling = this.#telling.then(async () => {
      try {
        await this.#look()
        if (this.#machine?.snapshot.state.phase === 'running')
          await this.#tellMachine(this.#machine)
      } catch (error) {
        if (this.#over.signal.aborted) return
        this.#parts.log.failure('network.not-told', error)
        this.#set('unknown', new AppError('network-not-told').toShape())
      }
    })
  }

  async #tellMachine(machine: EngineMachine): Promise<void> {
    const signal = AbortSignal.any([this.#over.signal, AbortSignal.timeout(askMs)])
    const told = await machine.exec(['/usr/lib/berth/authorities'], { input: this.#pem, signal })
    if (told.code !== 0) throw new Error(`authorities: ${told.code} ${told.stderr.toString()}`)
    const { stdout } = await machine.exec([program, 'state'], { input: this.#line, signal })
    this.#set(stdout.toString().trim() === 'used' ? 'used' : 'waiting')
  }

  #set(state: HostNetworkSnapshot['engine'], error?: ErrorShape): void {
    this.state = state
    this.error = error
    for (const listener of this.#listeners) listener()
  }
}
