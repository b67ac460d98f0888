import { isDeepStrictEqual } from 'node:util'
import {
  AppError,
  type ErrorShape,
  type ForwardRequest,
  type HostPort,
  type ListNews,
  type PortReach,
  type PortsApi,
  type Settings,
} from '#api'
import type { Machine } from '#vm'
import type { EngineChanges } from '../engine/changes.ts'
import type { EngineClient } from '../engine/client.ts'
import { createRefresher } from '../engine/refresher.ts'
import type { Log } from '../host/log.ts'
import type { PortChoices } from './choices.ts'
import { findAddress } from './container-address.ts'
import { toForwarded, type Forward } from './forward.ts'
import { parseForwardRequest } from './forward-request.ts'
import type { HostPorts } from './host-ports.ts'
import { PortKeeper } from './keeper.ts'
import { PortList } from './port-list.ts'
import type { Listener } from './listener.ts'
import { RunningContainers } from './running-containers.ts'
import { toHostPort } from './state.ts'
import { type RunningContainer, toChoice, toWanted, type WantedPort } from './wanted.ts'

export interface PortsParts {
  machine: Pick<Machine, 'forwards' | 'connect' | 'snapshot' | 'onChange'>
  client: EngineClient
  changes: EngineChanges
  settings: { readonly current: Settings; onChange(listener: () => void): () => void }
  host: HostPorts
  log: Log
  choices: PortChoices
}

/** Nobody reads quicker, and each news is a frame of the window. */
const tellPauseMs = 250

/**
 * What this computer listens on for containers. All of it is derived from the containers that run, the settings, what
 * was chosen for single ports, and the forwards that were asked for since the app started. What changes is one
 * container's: the others are not looked at.
 */
export class Ports implements PortsApi, AsyncDisposable {
  readonly #parts: PortsParts
  readonly #list = new PortList()
  readonly #running: RunningContainers
  readonly #keeper: PortKeeper
  readonly #forwards = new Map<string, Forward>()
  readonly #listeners = new Set<() => void>()
  readonly #containerListeners = new Set<() => void>()
  readonly #stops: (() => void)[] = []
  /** Container id → its ports as they should be. */
  readonly #wanted = new Map<string, readonly WantedPort[]>()
  /** Containers of which readers are to be told; a storm is told now and then. */
  readonly #touched = new Set<string>()
  readonly #tells = createRefresher(() => this.#tell(), tellPauseMs)
  #trouble: ErrorShape | undefined
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
      onChange: (owners) => this.#touch(owners),
    })
    const onResync = () => (this.#stale = true)
    const onDestroy = ({ action, id }: { action: string; id: string }) => {
      if (action === 'destroy') this.#drop(id)
    }
    changes.on('resync', onResync)
    changes.on('container', onDestroy)
    const onChange = (ids: Iterable<string>) => {
      this.#update(ids)
      this.#tellContainers()
    }
    this.#running = new RunningContainers({ client, changes, log, onChange })
    this.#stops.push(
      () => changes.off('resync', onResync),
      () => changes.off('container', onDestroy),
      settings.onChange(() => this.#update(this.#wanted.keys())),
      machine.onChange(({ state }) => {
        if (state.phase !== 'running') this.#clear()
      }),
    )
  }

  watch(): AsyncIterable<ListNews<HostPort>> {
    return this.#list.watch()
  }

  /** What is known now. */
  get current(): HostPort[] {
    return this.#list.all()
  }

  /** Why one of them cannot be reached. */
  get trouble(): ErrorShape | undefined {
    return this.#trouble
  }

  onTrouble(listener: () => void): void {
    this.#listeners.add(listener)
  }

  /** The containers that run. */
  get containers(): Iterable<RunningContainer> {
    return this.#running.all()
  }

  onContainers(listener: () => void): void {
    this.#containerListeners.add(listener)
  }

  async list(): Promise<HostPort[]> {
    await this.#settle()
    return this.current
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
    const wanted = { ...asked, containerId: container.id, port }
    const forward = toForwarded(container, wanted, host.platform)
    if (this.#isOurs({ port, protocol: asked.protocol }))
      throw new AppError('host-port-ours', { port })
    this.#forwards.set(forward.id, forward)
    this.#update([container.id])
    await this.#settle()
    return this.#find(forward.id)
  }

  async unforward(id: string): Promise<void> {
    const forward = this.#forwards.get(id)
    if (!forward) throw new AppError('forward-missing')
    this.#forwards.delete(id)
    this.#update([forward.containerId])
    await this.#settle()
  }

  async share(id: string, reach: PortReach): Promise<void> {
    const port = this.#find(id)
    if (!port.canShare) throw new AppError('host-port-fixed', { port: port.port })
    this.#parts.choices.set(toChoice(port), reach === 'network' ? 'network' : 'computer')
    this.#update([port.containerId])
    await this.#settle()
  }

  /** Published ports that the machine itself carries stay; all that lives in this process goes. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stops) stop()
    this.#running[Symbol.dispose]()
    const forwarded = new Set([...this.#forwards.values()].map(({ containerId }) => containerId))
    this.#forwards.clear()
    this.#update(forwarded)
    await this.#keeper[Symbol.asyncDispose]()
  }

  /** What was asked for is there, or is known not to be. */
  async #settle(): Promise<void> {
    await this.#keeper.settled()
    this.#tell()
  }

  #find(id: string): HostPort {
    const found = this.#list.get(id)
    if (!found) throw new AppError('forward-missing')
    return found
  }

  #isOurs(place: Pick<HostPort, 'port' | 'protocol'>): boolean {
    const isSame = ({ port }: WantedPort) =>
      port.port === place.port && port.protocol === place.protocol
    return [...this.#wanted.values()].some((wanted) => wanted.some(isSame))
  }

  #update(ids: Iterable<string>): void {
    if (!this.#running.synced) return
    for (const id of ids) this.#want(id, this.#toWanted(id))
    if (this.#stale) this.#keeper.resync()
    this.#stale = false
  }

  #toWanted(id: string): WantedPort[] {
    const container = this.#running.get(id)
    if (!container) return []
    const { settings, host, choices } = this.#parts
    const options = {
      publishTo: settings.current.publishTo,
      choices: choices.all,
      platform: host.platform,
    }
    const forwards = [...this.#forwards.values()].filter(({ containerId }) => containerId === id)
    return [
      ...toWanted(container, options),
      ...forwards.map((forward) => forward.toWanted(container)),
    ]
  }

  #want(id: string, wanted: readonly WantedPort[]): void {
    if (wanted.length > 0) this.#wanted.set(id, wanted)
    else if (!this.#wanted.delete(id)) return
    this.#keeper.want(id, wanted.flatMap(toListeners))
    this.#touch([id])
  }

  #clear(): void {
    this.#running.clear()
    this.#tellContainers()
    this.#stale = true
    this.#keeper.pause()
    for (const id of [...this.#wanted.keys()]) this.#want(id, [])
    this.#tell()
  }

  #tellContainers(): void {
    for (const listener of this.#containerListeners) listener()
  }

  /** What was asked for a container goes with it. */
  #drop(containerId: string): void {
    for (const [id, forward] of this.#forwards)
      if (forward.containerId === containerId) this.#forwards.delete(id)
    this.#parts.choices.drop(containerId)
  }

  #touch(ids: Iterable<string>): void {
    for (const id of ids) this.#touched.add(id)
    if (this.#touched.size > 0) this.#tells.ask()
  }

  #tell(): void {
    const stateOf = (listener: Listener) => this.#keeper.stateOf(listener)
    const { platform } = this.#parts.host
    const portsOf = new Map<string, HostPort[]>()
    for (const id of this.#touched) {
      const wanted = this.#wanted.get(id) ?? []
      portsOf.set(
        id,
        wanted.map((one) => toHostPort(one, stateOf, platform)),
      )
    }
    this.#touched.clear()
    this.#list.set(portsOf)
    const trouble = this.#list.trouble
    if (isDeepStrictEqual(trouble, this.#trouble)) return
    this.#trouble = trouble
    for (const listener of this.#listeners) listener()
  }
}

const toListeners = ({ listeners }: WantedPort) => listeners
