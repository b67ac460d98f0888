import type { ErrorShape } from './errors.ts'
import type { ListNews } from './list-news.ts'

/** Who can reach a port: programs of this computer only, or the network it is in as well. */
export type PortReach = 'computer' | 'network'

/** A port of this computer that leads into a container. */
export interface HostPort {
  id: string
  /** `forward`: made by hand for a while, and not part of the container. */
  origin: 'published' | 'forward'
  protocol: 'tcp' | 'udp' | 'sctp'
  /** What it listens on. 127.0.0.1 stands for ::1 as well, and 0.0.0.0 for every address of this computer. */
  address: string
  port: number
  containerId: string
  containerName: string
  containerPort: number
  reach: PortReach
  /** Whether `share` may change the reach: what was published for an address of its own stays there. */
  canShare: boolean
  /** `taken`: another program has the port, and it is tried again and again. `closed`: it cannot be had. */
  state: 'open' | 'opening' | 'taken' | 'closed'
  /** Why it is not open. */
  error?: ErrorShape
  /** The program that has it, where that can be known. */
  holder?: { pid: number; name: string }
}

/** The order in which ports are shown. */
export function comparePorts(a: HostPort, b: HostPort): number {
  return a.port - b.port || (a.id < b.id ? -1 : 1)
}

export interface ForwardRequest {
  containerId: string
  containerPort: number
  /** Default tcp; udp only for a port that is published. */
  protocol?: 'tcp' | 'udp'
  /** Of this computer; a free one when absent. */
  port?: number
}

export interface PortsApi {
  watch(): AsyncIterable<ListNews<HostPort>>
  /** By number. */
  list(): Promise<HostPort[]>
  /** Looks at once whether what was taken is free by now. */
  retry(): Promise<void>
  /** Makes a way in that lasts until it is removed, its container is, or the app ends. */
  forward(request: ForwardRequest): Promise<HostPort>
  /** Removes a forward that was made by hand. */
  unforward(id: string): Promise<void>
  /** Lets the network in, or only this computer, until the container is removed or the app ends. */
  share(id: string, reach: PortReach): Promise<void>
}
