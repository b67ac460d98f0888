import { isDeepStrictEqual } from 'node:util'
import type { Duplex } from 'node:stream'
import type { MachineForwards, PortForward } from '#vm'
import type { Log } from '../host/log.ts'
import { Claims } from './claims.ts'
import type { Holder, HostPorts } from './host-ports.ts'
import { type Listener, toKey } from './listener.ts'
import { toCode } from './local-ports.ts'

/** What keeps a listener from being there, in the system's own code. */
export interface Trouble {
  code: string
  holder?: Holder
}

export type ListenerState = { kind: 'open' } | { kind: 'opening' } | ({ kind: 'trouble' } & Trouble)

export interface KeeperParts {
  forwards: MachineForwards
  host: HostPorts
  log: Log
  /** Opens what only the guest can reach. */
  open(
    carrier: Extract<Listener['carrier'], { kind: 'guest' }>,
    signal: AbortSignal,
  ): Promise<Duplex>
  /** Of what these owners want, the state may have changed. */
  onChange(owners: ReadonlySet<string>): void
}

interface Open {
  listener: Listener
  /** Of ours; the machine's own forwards have none. */
  relay?: AsyncDisposable
}

const retryMs = 2000
/** Addresses and families that this computer does not have: nobody can miss them as the twin of another. */
const absent = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL', 'ENETUNREACH'])

/**
 * Makes what listens on this computer be what is wanted: one wave of changes at a time, and the next one for all that
 * was wanted meanwhile. A wave looks at the places that were touched, not at all of them. What is taken is tried again
 * while it is wanted.
 */
export class PortKeeper implements AsyncDisposable {
  readonly #parts: KeeperParts
  readonly #open = new Map<string, Open>()
  readonly #troubles = new Map<string, Trouble>()
  readonly #claims = new Claims()
  /** The places that the next wave looks at. */
  #touched = new Set<string>()
  /** Whether the machine is there at all. */
  #up = false
  /** What the machine has is not known. */
  #stale = true
  #asked = false
  #working: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #over = false

  constructor(parts: KeeperParts) {
    this.#parts = parts
  }

  /** From now on an owner wants exactly these to be there. Of two that want the same place the first has it. */
  want(owner: string, listeners: readonly Listener[]): void {
    for (const key of this.#claims.want(owner, listeners)) this.#touched.add(key)
    this.#ask()
  }

  /** The machine is there (again): what it has is read back. */
  resync(): void {
    this.#up = true
    this.#stale = true
    this.#ask()
  }

  /** The machine is gone, and its forwards with it. */
  pause(): void {
    this.#up = false
    this.#troubles.clear()
    this.#touchAll()
    this.#ask()
  }

  /** Tries what is in trouble again, at once. */
  async retry(): Promise<void> {
    this.#askAgain()
    await this.#working
  }

  /** Once nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#working) await this.#working
  }

  stateOf(listener: Listener): ListenerState {
    const key = toKey(listener)
    const trouble = this.#troubles.get(key)
    if (trouble) return { kind: 'trouble', ...trouble }
    const found = this.#open.get(key)
    const isOpen = found && isDeepStrictEqual(found.listener, listener)
    return { kind: isOpen ? 'open' : 'opening' }
  }

  /** Lets go of what lives in this process; what the machine itself has outlives the app. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true
    clearTimeout(this.#timer)
    await this.settled()
    const relays = [...this.#open.values()].flatMap(({ relay }) => relay ?? [])
    await Promise.allSettled(relays.map((relay) => relay[Symbol.asyncDispose]()))
    this.#open.clear()
  }

  #ask(): void {
    if (this.#over) return
    this.#asked = true
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined
    })
  }

  #askAgain(): void {
    for (const key of this.#troubles.keys()) this.#touched.add(key)
    this.#ask()
  }

  #touchAll(): void {
    for (const key of [...this.#open.keys(), ...this.#claims.keys()]) this.#touched.add(key)
  }

  async #work(): Promise<void> {
    while (this.#asked && !this.#over) {
      this.#asked = false
      clearTimeout(this.#timer)
      const owners = new Set<string>()
      try {
        await this.#reconcile(owners)
      } catch (error) {
        // The machine went in the middle of it, or its control link did.
        this.#stale = true
        this.#parts.log.write('ports.failed', { reason: toCode(error) })
        this.#retryLater()
      }
      this.#parts.onChange(owners)
    }
    if (this.#troubles.size > 0) this.#retryLater()
  }

  #retryLater(): void {
    clearTimeout(this.#timer)
    if (this.#over || !this.#up) return
    this.#timer = setTimeout(() => this.#askAgain(), retryMs).unref()
  }

  /** @param owners gets those whose places it looked at */
  async #reconcile(owners: Set<string>): Promise<void> {
    if (this.#up && this.#stale) await this.#readBack()
    const wanted = this.#takeTouched()
    for (const key of wanted.keys())
      for (const owner of this.#claims.ownersOf(key)) owners.add(owner)
    const close = [...wanted].filter(([key, listener]) => {
      const found = this.#open.get(key)
      return found && !isDeepStrictEqual(listener, found.listener)
    })
    await Promise.all(close.map(([key]) => this.#close(key)))
    // What was let go may have been in the way of what is in trouble.
    if (close.length > 0) this.#askAgain()
    const open: Listener[] = []
    for (const [key, listener] of wanted) {
      if (!listener) this.#troubles.delete(key)
      else if (!this.#open.has(key)) open.push(listener)
    }
    // What has the port behind it first: a twin that leads nowhere would refuse its first callers.
    const isTwin = ({ carrier }: Listener) => carrier.kind === 'twin'
    await Promise.all(open.filter((one) => !isTwin(one)).map((one) => this.#openOne(one)))
    await Promise.all(open.filter(isTwin).map((one) => this.#openOne(one)))
  }

  /** The places to look at, with what should be there now. */
  #takeTouched(): Map<string, Listener | undefined> {
    const keys = this.#touched
    this.#touched = new Set()
    return new Map([...keys].map((key) => [key, this.#up ? this.#claims.get(key) : undefined]))
  }

  async #readBack(): Promise<void> {
    const found = await this.#parts.forwards.list()
    for (const [key, { relay }] of this.#open) if (!relay) this.#open.delete(key)
    for (const forward of found) {
      const listener = toListener(forward)
      const key = toKey(listener)
      // A relay of ours cannot be in its way: both have bound it.
      if (!this.#open.has(key)) this.#open.set(key, { listener })
    }
    this.#touchAll()
    this.#stale = false
  }

  async #close(key: string): Promise<void> {
    const found = this.#open.get(key)
    if (!found) return
    this.#open.delete(key)
    const { listener, relay } = found
    if (relay) await relay[Symbol.asyncDispose]()
    else if (this.#up && listener.carrier.kind === 'machine')
      await this.#parts.forwards.remove(toForward(listener, listener.carrier.guestPort))
  }

  async #openOne(listener: Listener): Promise<void> {
    const key = toKey(listener)
    try {
      const relay = await this.#listen(listener)
      this.#open.set(key, { listener, ...(relay && { relay }) })
      this.#troubles.delete(key)
    } catch (error) {
      const code = toCode(error)
      if (listener.carrier.kind === 'twin' && absent.has(code)) {
        this.#open.set(key, { listener, relay: nothing })
        this.#troubles.delete(key)
      } else this.#troubles.set(key, await this.#explain(listener, code))
    }
  }

  async #listen(listener: Listener): Promise<AsyncDisposable | undefined> {
    const { host, forwards } = this.#parts
    const { carrier, ...place } = listener
    const isForComputer = place.address === '::1'
    if (carrier.kind === 'twin')
      return host.relay({ place, isForComputer, target: { port: place.port } })
    if (carrier.kind === 'guest') {
      const target = { open: (signal: AbortSignal) => this.#parts.open(carrier, signal) }
      return host.relay({ place, isForComputer: carrier.isForComputer, target })
    }
    // QEMU does not say why it refuses, and may share a port for datagrams with others.
    const refusal = await host.probe(place)
    if (refusal !== undefined) throw Object.assign(new Error(refusal), { code: refusal })
    await forwards.add(toForward(listener, carrier.guestPort))
    return undefined
  }

  /** Who has the port is looked up anew only once the last one known is gone: it means a walk over all processes. */
  async #explain(listener: Listener, code: string): Promise<Trouble> {
    if (code !== 'EADDRINUSE') return { code }
    const { host } = this.#parts
    const known = this.#troubles.get(toKey(listener))?.holder
    const holder = known && host.isAlive(known.pid) ? known : await host.findHolder(listener)
    return { code, ...(holder && { holder }) }
  }
}

const nothing: AsyncDisposable = { [Symbol.asyncDispose]: () => Promise.resolve() }

function toForward({ protocol, address, port }: Listener, guestPort: number): PortForward {
  return { protocol, address, port, guestPort }
}

function toListener({ protocol, address, port, guestPort }: PortForward): Listener {
  return { protocol, address, port, carrier: { kind: 'machine', guestPort } }
}
