import type { Duplex } from 'node:stream'
import type { Listener } from './listener.ts'

/** A program of this computer that has a port. */
export interface Holder {
  pid: number
  name: string
}

export type Place = Pick<Listener, 'protocol' | 'address' | 'port'>

export interface RelayOptions {
  place: Place
  /** Takes connections of programs of this computer only. */
  isForComputer: boolean
  /** Where it leads: a port of 127.0.0.1, or whatever opens (TCP only). */
  target: { port: number } | { open(signal: AbortSignal): Promise<Duplex> }
}

/** What is done with the ports of this computer itself: behind an interface, so that tests need none of them. */
export interface HostPorts {
  readonly platform: NodeJS.Platform
  /** Whether the port could be listened on now: undefined, or the system's own code for why not. */
  probe(place: Place): Promise<string | undefined>
  /** Listens. @throws the system's error, with its code */
  relay(options: RelayOptions): Promise<AsyncDisposable>
  /** Who has the port, where that can be known. */
  findHolder(place: Place): Promise<Holder | undefined>
  isAlive(pid: number): boolean
  /** A port that nobody has just now. */
  findFree(place: Omit<Place, 'port'>): Promise<number>
}
