import { AppError, type MachineUsage, stream } from '#api'
import type { Machine } from '#vm'
import { readLines } from '../lines.ts'
import { askMachine } from './errors.ts'
import { createUsageReader } from './usage-lines.ts'

/**
 * One line every two seconds: the machine's CPU times and how many cores they are of, its memory, and the data disk.
 * All but the disk is read by the shell itself, since a process is dear under emulation. A terminal's line, so that
 * the program ends when nobody holds the other end.
 */
const program = `
while :; do
  cores=0 times= total= available=
  while read -r name rest; do
    case $name in
      cpu) times=$rest ;;
      cpu*) cores=$((cores + 1)) ;;
      *) break ;;
    esac
  done </proc/stat
  while read -r name value unit; do
    case $name in
      MemTotal:) total=$value ;;
      MemAvailable:) available=$value; break ;;
    esac
  done </proc/meminfo
  disk=$(df -kP /var/lib/docker | { read -r line; read -r device size used rest; echo "$size $used"; })
  echo "usage $cores $total $available $disk $times"
  sleep \${pause:-0.5}
  pause=2
done`

const patienceMs = 20_000

/** What the guest uses, for any number of readers with one program in the guest; nothing runs there without readers. */
export class UsageFeed {
  readonly #machine: Machine
  readonly #readers = new Set<Reader>()
  #latest: MachineUsage | undefined
  #end: (() => void) | undefined

  constructor(machine: Machine) {
    this.#machine = machine
  }

  /** @throws {AppError} `not-running`, `link-lost` */
  watch(): AsyncIterable<MachineUsage> {
    return stream<MachineUsage>(async (push, signal) => {
      const reader = createReader(this.#latest)
      signal.addEventListener('abort', reader.wake)
      this.#readers.add(reader)
      if (this.#readers.size === 1) this.#begin()
      try {
        while (!signal.aborted) {
          const usage = reader.take()
          if (usage) await push(usage)
          else await reader.wait()
        }
      } finally {
        this.#readers.delete(reader)
        if (this.#readers.size === 0) this.#stop()
      }
    }, 1)
  }

  #begin(): void {
    const state = { over: false, close: () => undefined as unknown }
    this.#end = () => {
      state.over = true
      state.close()
    }
    this.#run(state).then(
      () => this.#fail(state, new AppError('link-lost')),
      (error: unknown) => this.#fail(state, error),
    )
  }

  #stop(): void {
    this.#end?.()
    this.#end = undefined
    this.#latest = undefined
  }

  /** The readers are told, and may begin anew; a program that was ended because nobody reads has nobody to tell. */
  #fail(state: { over: boolean }, error: unknown): void {
    if (state.over) return
    this.#stop()
    for (const reader of this.#readers) reader.fail(error)
    this.#readers.clear()
  }

  async #run(state: { over: boolean; close: () => unknown }): Promise<void> {
    const command = ['/bin/sh', '-c', program]
    const { stream: output } = await askMachine(() =>
      this.#machine.terminal(command, { columns: 400, rows: 10 }),
    )
    state.close = () => output.destroy()
    if (state.over) output.destroy()
    const silence = setTimeout(() => output.destroy(), patienceMs)
    const read = createUsageReader()
    try {
      for await (const line of readLines(output as AsyncIterable<Buffer>)) {
        silence.refresh()
        const usage = read(line, Date.now())
        if (!usage || state.over) continue
        this.#latest = usage
        for (const reader of this.#readers) reader.give(usage)
      }
    } catch (cause) {
      throw new AppError('link-lost', {}, { cause })
    } finally {
      clearTimeout(silence)
      output.destroy()
    }
  }
}

type Reader = ReturnType<typeof createReader>

/** The newest that one reader has not seen. */
function createReader(first: MachineUsage | undefined) {
  let next = first
  let failure: { error: unknown } | undefined
  let resolve: () => void = () => undefined
  return {
    give(usage: MachineUsage) {
      next = usage
      resolve()
    },
    fail(error: unknown) {
      failure = { error }
      resolve()
    },
    take(): MachineUsage | undefined {
      if (failure) throw failure.error
      const taken = next
      next = undefined
      return taken
    },
    wait: () => new Promise<void>((done) => (resolve = done)),
    wake: () => resolve(),
  }
}
