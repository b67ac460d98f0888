import { type ShallowRef, shallowRef } from 'vue'
import type { ErrorShape } from '#api'
import { toErrorShape } from '../api/error-shape.ts'
import type { Command, CommandKind, Names } from './command-row.ts'
import { toCommand } from './docker-command.ts'
import { maskSecrets } from './secrets.ts'

export interface CommandEntry {
  id: number
  /** When it was given last; milliseconds since the epoch. */
  at: number
  kind: CommandKind
  /** Without what looks secret. */
  argv: readonly string[]
  /** Whether something was hidden. */
  masked: boolean
  /** `left`: its reader went before its end, as a pull that is cancelled. */
  state: 'active' | 'done' | 'failed' | 'left'
  ms?: number
  error?: ErrorShape
  /** How often the same was asked. */
  times: number
}

/** Ends an entry: by an error, by its reader's leaving, or well. */
export type EndEntry = (error?: unknown, isLeft?: boolean) => void

export interface CommandRecorder {
  /** Newest first. */
  readonly entries: Readonly<ShallowRef<readonly CommandEntry[]>>
  /** How objects are called; the stores tell once they know. */
  names: Names
  begin(service: string, method: string, args: readonly unknown[]): EndEntry
  /** For what does not go through the Api: uploads and downloads. */
  beginCommand(command: Command): EndEntry
  /** Leaves an entry open whose command goes on after its answer, as this run; which others may have asked for, too. */
  keepRun(run: string, end: EndEntry): void
  /** Ends the entry of a run; one that was begun by another window has none here. */
  endRun(run: string, error?: unknown, isLeft?: boolean): void
  clear(): void
}

const keptEntries = 1000
const shortId = (id: string) =>
  /^(sha256:)?[\da-f]{64}$/.test(id) ? id.replace('sha256:', '').slice(0, 12) : id
const nothing: EndEntry = () => undefined

/** Keeps what the window did, as commands. Only looking again at the same thing is the same entry. */
export function createRecorder(): CommandRecorder {
  const entries = shallowRef<readonly CommandEntry[]>([])
  const runs = new Map<string, readonly EndEntry[]>()
  let lastId = 0

  const beginCommand = ({ kind, argv }: Command): EndEntry => {
    lastId += 1
    const id = lastId
    const at = Date.now()
    const entry: CommandEntry = { id, at, kind, ...maskSecrets(argv), state: 'active', times: 1 }
    entries.value = withEntry(entries.value, entry)
    return (error, isLeft) => {
      const end = isLeft === true && kind === 'does' ? { state: 'left' as const } : toEnd(error)
      entries.value = entries.value.map((other) =>
        other.id === id && other.state === 'active'
          ? { ...other, ...end, ms: Date.now() - at }
          : other,
      )
    }
  }
  const recorder: CommandRecorder = {
    entries,
    names: { container: shortId, image: shortId, files: () => [] },
    begin(service, method, args) {
      const command = toCommand(service, method, args, recorder.names)
      return command ? beginCommand(command) : nothing
    },
    beginCommand,
    keepRun: (run, end) => void runs.set(run, [...(runs.get(run) ?? []), end]),
    endRun(run, error, isLeft) {
      for (const end of runs.get(run) ?? []) end(error, isLeft)
      runs.delete(run)
    },
    clear: () => (entries.value = []),
  }
  return recorder
}

function withEntry(entries: readonly CommandEntry[], entry: CommandEntry): readonly CommandEntry[] {
  if (entry.kind === 'does') return [entry, ...entries.slice(0, keptEntries - 1)]
  const line = entry.argv.join('\0')
  const same = entries.find((other) => other.kind === 'looks' && other.argv.join('\0') === line)
  if (!same) return [entry, ...entries.slice(0, keptEntries - 1)]
  return [{ ...entry, times: same.times + 1 }, ...entries.filter((other) => other !== same)]
}

function toEnd(error: unknown): Pick<CommandEntry, 'state' | 'error'> {
  if (error === undefined) return { state: 'done' }
  return { state: 'failed', error: toErrorShape(error) }
}
