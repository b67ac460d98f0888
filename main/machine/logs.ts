import { AppError, machineLogs, type MachineLog, stream, type StopSignal } from '#api'
import type { Machine } from '#vm'
import { readLines } from '../lines.ts'
import { askMachine } from './errors.ts'
import { onEachChange, openLineFile } from './line-file.ts'

export interface LogSources {
  machine: Machine
  /** Files on this computer. */
  files: { console: string; app: string }
}

type Give = (lines: string[]) => Promise<void>

/**
 * A log's last lines, then new ones as they come when `follow` is set. `console` and `app` are files here; the others
 * are the guest supervisor's (see vm/image/README.md), read over ssh.
 * @throws {AppError} `input-invalid` for a source that is none, `not-running` for a guest's log while there is no guest
 */
export function readMachineLog(
  sources: LogSources,
  source: MachineLog,
  options: { tail?: number; follow?: boolean },
): AsyncIterable<string[]> {
  const tail = Math.min(100_000, Math.max(0, Math.floor(options.tail ?? 200)))
  const follow = options.follow === true
  if (!machineLogs.includes(source)) throw new AppError('input-invalid', { what: source })
  return stream<string[]>(async (push, signal) => {
    if (source === 'console' || source === 'app') {
      await readFileLog(sources.files[source], { tail, follow }, push, signal)
    } else {
      await readGuestLog(
        sources.machine,
        `/var/log/berth/${source}/current`,
        { tail, follow },
        push,
        signal,
      )
    }
  })
}

/** The app's log and the guest's console are begun anew now and then: a reader that follows goes on in the new file. */
async function readFileLog(
  file: string,
  { tail, follow }: { tail: number; follow: boolean },
  give: Give,
  signal: StopSignal,
): Promise<void> {
  await using reading = await openLineFile(file)
  const last = await reading.readOn()
  await give(tail === 0 ? [] : last.slice(-tail))
  if (!follow) return
  await onEachChange(file, signal, async () => {
    const lines = await reading.readOn()
    if (lines.length > 0) await give(lines)
  })
}

async function readGuestLog(
  machine: Machine,
  file: string,
  { tail, follow }: { tail: number; follow: boolean },
  give: Give,
  signal: StopSignal,
): Promise<void> {
  if (!follow) {
    const { stdout } = await askMachine(() => machine.exec(['tail', '-n', String(tail), file]))
    await give(stdout.toString('utf8').split('\n').slice(0, -1))
    return
  }
  const size = { columns: 200, rows: 50 }
  const command = ['tail', '-n', String(tail), '-F', file]
  const { stream: output } = await askMachine(() => machine.terminal(command, size))
  signal.addEventListener('abort', () => output.destroy())
  for await (const line of readLines(output as AsyncIterable<Buffer>)) await give([line])
}
