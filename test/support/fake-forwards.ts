import { VmError, type MachineForwards, type PortForward } from '#vm'

/** A machine's forwards that carry nothing. */
export class FakeForwards implements MachineForwards {
  readonly #forwards = new Map<string, PortForward>()
  /** Every order, in its turn. */
  readonly orders: string[] = []
  /** Refuses to add, as a user network does whose process may not have the port. */
  refuses = false

  list(): Promise<PortForward[]> {
    return Promise.resolve([...this.#forwards.values()])
  }

  add(forward: PortForward): Promise<void> {
    const key = toText(forward)
    this.orders.push(`add ${key} ${forward.guestPort}`)
    if (this.refuses || this.#forwards.has(key))
      return Promise.reject(new VmError('forward-refused', { port: forward.port, reason: 'fake' }))
    this.#forwards.set(key, forward)
    return Promise.resolve()
  }

  remove(forward: PortForward): Promise<void> {
    this.orders.push(`remove ${toText(forward)}`)
    this.#forwards.delete(toText(forward))
    return Promise.resolve()
  }

  clear(): void {
    this.#forwards.clear()
  }
}

function toText({ protocol, address, port }: PortForward): string {
  return `${protocol} ${address} ${port}`
}
