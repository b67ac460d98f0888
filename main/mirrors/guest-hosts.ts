import type { Machine } from '#vm'
import type { Log } from '../host/log.ts'
import { toHostsToml } from './hosts-toml.ts'
import type { PullAddress } from './pull-address.ts'

export interface GuestHostsParts {
  machine: Pick<Machine, 'snapshot' | 'onChange' | 'exec'>
  /** Undefined while nothing answers here. */
  address: () => PullAddress | undefined
  log: Log
  /** Whether the engine knows it by now. */
  onTold?: (known: boolean) => void
}

/** Tells the engine of each machine that begins to run where to pull from. It goes on knowing it without the app. */
export class GuestHosts implements AsyncDisposable {
  readonly #parts: GuestHostsParts
  readonly #over = new AbortController()
  #telling: Promise<void> = Promise.resolve()

  constructor(parts: GuestHostsParts) {
    this.#parts = parts
    let running = false
    const look = () => {
      const before = running
      running = parts.machine.snapshot.state.phase === 'running'
      if (running && !before) this.#tell()
    }
    this.#over.signal.addEventListener('abort', parts.machine.onChange(look))
    look()
  }

  /** Once every machine that runs by now has been told. */
  settled(): Promise<void> {
    return this.#telling
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort()
    await this.#telling
  }

  #isOver(): boolean {
    return this.#over.signal.aborted
  }

  #tell(): void {
    const { machine, log } = this.#parts
    this.#telling = this.#telling.then(async () => {
      const address = this.#parts.address()
      if (!address || this.#isOver()) return
      try {
        const { code, stderr } = await machine.exec(
          ['/usr/lib/berth/pull-from', String(address.port)],
          { input: toHostsToml(address), signal: this.#over.signal },
        )
        if (code !== 0) log.write('mirrors.not-told', { code, reason: stderr.toString() })
        this.#parts.onTold?.(code === 0)
      } catch (error) {
        if (this.#isOver()) return
        log.failure('mirrors.not-told', error)
        this.#parts.onTold?.(false)
      }
    })
  }
}
