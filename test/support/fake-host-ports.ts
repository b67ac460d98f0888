import type { Holder, HostPorts, Place, RelayOptions } from '../../main/ports/host-ports.ts'

/** The ports of a computer that nothing listens on, but for what the test says. */
export class FakeHostPorts implements HostPorts {
  readonly platform: NodeJS.Platform = 'linux'
  /** Port → the program that has it. */
  readonly taken: Map<number, string>
  /** What is listened on by relays, as `tcp ::1 8080`. */
  readonly relays = new Map<string, RelayOptions>()
  /** Why a port cannot be had, in the system's code, for a port or a whole address. */
  readonly refusals = new Map<number | string, string>()
  #nextFree = 49_152

  constructor(taken: Readonly<Record<number, string>> = {}) {
    this.taken = new Map(Object.entries(taken).map(([port, name]) => [Number(port), name]))
  }

  probe({ address, port }: Place): Promise<string | undefined> {
    const refusal = this.refusals.get(address) ?? this.refusals.get(port)
    return Promise.resolve(refusal ?? (this.taken.has(port) ? 'EADDRINUSE' : undefined))
  }

  async relay(options: RelayOptions): Promise<AsyncDisposable> {
    const { place } = options
    const code = await this.probe(place)
    if (code !== undefined) throw Object.assign(new Error(code), { code })
    const key = `${place.protocol} ${place.address} ${place.port}`
    this.relays.set(key, options)
    return {
      [Symbol.asyncDispose]: () => {
        this.relays.delete(key)
        return Promise.resolve()
      },
    }
  }

  findHolder({ port }: Place): Promise<Holder | undefined> {
    const name = this.taken.get(port)
    return Promise.resolve(name === undefined || name === '' ? undefined : { pid: 4711, name })
  }

  isAlive(): boolean {
    return this.taken.size > 0
  }

  findFree(): Promise<number> {
    return Promise.resolve(this.#nextFree++)
  }
}
