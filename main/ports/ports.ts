import { isDeepStrictEqual } from 'node:util'
import {
  AppError,
  type ForwardRequest,
  type HostPort,
  type PortReach,
  type PortsApi,
  type Settings,
} from '#api'
import type { Machine } from '#vm'
import type { EngineChanges } from '../engine/changes.ts'
import type { EngineClient } from '../engine/client.ts'
import { createRefresher } from '../engine/refresher.ts'
import type { Log } from '../host/log.ts'
import { createLive, type Live } from '../live.ts'
import { findAddress } from './container-address.ts'
import { toForwarded, type Forward } from './forward.ts'
import { parseForwardRequest } from './forward-request.ts'
import type { HostPorts } from './host-ports.ts'
import { PortKeeper } from './keeper.ts'
import type { Listener } from './listener.ts'
import { RunningContainers } from './running-containers.ts'
import { toHostPort } from './state.ts'
import { toChoice, toWanted, type WantedPort } from './wanted.ts'

export interface PortsParts {
  machine: Pick<Machine, 'forwards' | 'connect' | 'snapshot' | 'onChange'>
  client: EngineClient
  changes: EngineChanges
  settings: { readonly current: Settings; onChange(listener: () => void): () => void }
  host: HostPorts
  log: Log
}

/** The whole list is told: with thousands of ports that is much, and nobody reads quicker. */
const tellPauseMs = 250

/**
 * What this computer listens on for containers. All of it is derived from the containers that run, the settings and
 * what was asked for since the app started; nothing is stored.
 */
export class Ports implements PortsApi, AsyncDisposable {
  readonly #parts: PortsParts
  readonly #live: Live<HostPort[]> = createLive<HostPort[]>([])
  readonly #running: RunningContainers
  readonly #keeper: PortKeeper
  readonly #forwards = new Map<string, Forward>()
  readonly #choices = new Map<string, PortReach>()
  readonly #listeners = new Set<() => void>()
  readonly #stops: (() => void)[] = []
  /** A storm of containers is one look at all of them now and then, and less often news of all for the readers. */
  readonly #updates = createRefresher(() => this.#update())
  readonly #tells = createRefresher(() => this.#tell(), tellPauseMs)
  #wanted: WantedPort[] = []
  #stale = true

  constructor(parts: PortsParts) {
    this.#parts = parts
    const { client, changes, log, machine, host, settings } = parts
    this.#keeper = new PortKeeper({
      ...{ forwards: machine.forwards, host, log },
      open: async ({ containerId, port }, signal) => {
        const address =
          containerId === undefined ? '127.0.0.1' : await findAddress(client, containerId)
        return machine.connect({ address, port }, signal)
      },
      onChange: () => this.#tells.ask(),
    })
    const onResync = () => (this.#stale = true)
    const onDestroy = ({ action, id }: { action: string; id: string }) => {
      if (action === 'destroy') this.#drop(id)
    }
    changes.on('resync', onResync)
    changes.on('container', onDestroy)
    const onChange = () => this.#updates.ask()
    this.#running = new RunningContainers({ client, changes, log, onChange })
    this.#stops.push(
      () => changes.off('resync', onResync),
      () => changes.off('container', onDestroy),
      settings.onChange(() => this.#update()),
      machine.onChange(({ state }) => {
        if (state.phase !== 'running') this.#clear()
      }),
    )
  }

  watch(): AsyncIterable<HostPort[]> {
    return this.#live.watch()
  }

  /** What is known now. */
  get current(): readonly HostPort[] {
    return this.#live.value
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener)
  }

  async list(): Promise<HostPort[]> {
    await this.#settle()
    return this.#live.value
  }

  async retry(): Promise<void> {
    await this.#keeper.retry()
    this.#tell()
  }

  async forward(request: ForwardRequest): Promise<HostPort> {
    const asked = parseForwardRequest(request)
    const container = await this.#running.find(asked.containerId)
    if (!container) throw new AppError('container-not-running', { name: asked.containerId })
    const { host } = this.#parts
    const place = { protocol: asked.protocol, address: '127.0.0.1' }
    const port = asked.port ?? (await host.findFree(place))
    const forward = toForwarded(container, { ...asked, port }, host.platform)
    if (this.#wanted.some((one) => one.port.port === port && one.port.protocol === asked.protocol))
      throw new AppError('host-port-ours', { port })
    this.#forwards.set(forward.id, forward)
    this.#update()
    await this.#settle()
    return this.#find(forward.id)
  }

  async unforward(id: string): Promise<void> {
    if (!this.#forwards.delete(id)) throw new AppError('forward-missing')
    this.#update()
    await this.#settle()
  }

  async share(id: string, reach: PortReach): Promise<void> {
    const port = this.#find(id)
    if (!port.canShare) throw new AppError('host-port-fixed', { port: port.port })
    this.#choices.set(toChoice(port), reach === 'network' ? 'network' : 'computer')
    this.#update()
    await this.#settle()
  }

  /** Published ports that the machine itself carries stay; all that lives in this process goes. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stops) stop()
    this.#running[Symbol.dispose]()
    if (this.#forwards.size > 0) {
      this.#forwards.clear()
      this.#keeper.want(this.#wanted.filter(isPublished).flatMap(toListeners))
    }
    await this.#keeper[Symbol.asyncDispose]()
  }

  /** What was asked for is there, or is known not to be. */
  async #settle(): Promise<void> {
    await this.#keeper.settled()
    this.#tell()
  }

  #find(id: string): HostPort {
    const found = this.#live.value.find((port) => port.id === id)
    if (!found) throw new AppError('forward-missing')
    return found
  }

  #update(): void {
    if (!this.#running.synced) return
    const { settings, host } = this.#parts
    const published = toWanted(this.#running.all(), {
      publishTo: settings.current.publishTo,
      choices: this.#choices,
      platform: host.platform,
    })
    const forwarded = [...this.#forwards.values()].flatMap((forward) => {
      const container = this.#running.get(forward.containerId)
      return container ? forward.toWanted(container) : []
    })
    this.#wanted = [...published, ...forwarded]
    this.#keeper.want(this.#wanted.flatMap(toListeners))
    if (this.#stale) this.#keeper.resync()
    this.#stale = false
    this.#tells.ask()
  }

  #clear(): void {
    this.#running.clear()
    this.#wanted = []
    this.#stale = true
    this.#keeper.pause()
    this.#keeper.want([])
    this.#tell()
  }

  /** What was asked for a container goes with it. */
  #drop(containerId: string): void {
    for (const [id, forward] of this.#forwards)
      if (forward.containerId === containerId) this.#forwards.delete(id)
    for (const choice of this.#choices.keys())
      if (choice.startsWith(containerId)) this.#choices.delete(choice)
  }

  #tell(): void {
    const stateOf = (listener: Listener) => this.#keeper.stateOf(listener)
    const { platform } = this.#parts.host
    const now = this.#wanted.map((wanted) => toHostPort(wanted, stateOf, platform)).toSorted(byPort)
    if (isDeepStrictEqual(now, this.#live.value)) return
    this.#live.set(now)
    for (const listener of this.#listeners) listener()
  }
}

const toListeners = ({ listeners }: WantedPort) => listeners
const isPublished = ({ port }: WantedPort) => port.origin === 'published'

function byPort(a: HostPort, b: HostPort): number {
  return a.port - b.port || (a.id < b.id ? -1 : 1)
}
