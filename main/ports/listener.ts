/** How what comes in on a listener gets into the guest. */
type Carrier =
  /** The machine's own forward: the fast way, for IPv4. */
  | { kind: 'machine'; guestPort: number }
  /** A relay to the same port on 127.0.0.1: how IPv6 gets to the machine's forward. */
  | { kind: 'twin' }
  /** A relay over the link to what only the guest can reach: a container's own port, or the guest's loopback. */
  | { kind: 'guest'; containerId: string | undefined; port: number; isForComputer: boolean }

/** One address and port that this computer is to listen on. */
export interface Listener {
  protocol: 'tcp' | 'udp'
  address: string
  port: number
  carrier: Carrier
}

/** What can be there only once. */
export function toKey({ protocol, address, port }: Omit<Listener, 'carrier'>): string {
  return `${protocol} ${address} ${port}`
}

/** Below this, systems ask for more than an ordinary user has. */
const firstFreePort = 1024

export interface ListenerPlan {
  protocol: 'tcp' | 'udp'
  /** 127.0.0.1 and 0.0.0.0 mean both address families. */
  address: string
  port: number
  guestPort: number
}

/** The same for one that the guest has on its own loopback, where the machine's forwards do not reach. */
export function toGuestListeners(address: string, port: number): Listener[] {
  const carrier: Carrier = { kind: 'guest', containerId: undefined, port, isForComputer: true }
  const on = address === '127.0.0.1' ? [address, '::1'] : [address]
  return on.map((one) => ({ protocol: 'tcp', address: one, port, carrier }))
}

/** All that has to listen for one published port. */
export function toListeners(plan: ListenerPlan, platform: NodeJS.Platform): Listener[] {
  const { protocol, address, port, guestPort } = plan
  const by = (on: string, carrier: Carrier): Listener => ({ protocol, address: on, port, carrier })
  const machine = (on: string) => by(on, { kind: 'machine', guestPort })
  const isForComputer = address === '127.0.0.1'
  if (platform === 'darwin' && isForComputer && port < firstFreePort && protocol === 'tcp') {
    // Macs give the low ports to everybody, but only on all addresses at once.
    const relay: Carrier = { kind: 'guest', containerId: undefined, port: guestPort, isForComputer }
    return [by('0.0.0.0', relay), by('::', relay)]
  }
  if (isForComputer) return [machine(address), by('::1', { kind: 'twin' })]
  if (address === '0.0.0.0') return [machine(address), by('::', { kind: 'twin' })]
  if (address.includes(':')) return [machine('127.0.0.1'), by(address, { kind: 'twin' })]
  return [machine(address)]
}
