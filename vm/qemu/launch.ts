import { spawn, type ChildProcess } from 'node:child_process'
import { open } from 'node:fs/promises'
import { readFile } from 'node:fs/promises'
import { watch } from 'node:fs'
import { dirname } from 'node:path'
import { VmError } from '../errors.ts'
import { pause, withDeadline } from '../waiting.ts'
import { connectQmp, type Qmp, type QmpAddress } from './qmp.ts'

/** How a process ended; both undefined when it was not our child. */
export interface ProcessEnd {
  code?: number
  signal?: NodeJS.Signals
}

export interface Launched {
  pid: number
  ended: Promise<ProcessEnd>
  /** Safe at any time: the pid of a child cannot be another's before its end was heard. */
  kill: () => void
}

/**
 * Starts QEMU, or what serves it, in a session of its own with its output in a file, so that it neither ends with the
 * app nor blocks on a pipe that nobody reads.
 */
export async function launchQemu(
  program: string,
  args: readonly string[],
  output: string,
  flags: 'w' | 'a' = 'w',
): Promise<Launched> {
  const log = await open(output, flags, 0o600)
  try {
    const child = spawn(program, args, {
      detached: true,
      windowsHide: true,
      cwd: dirname(output),
      stdio: ['ignore', log.fd, log.fd],
    })
    child.unref()
    const ended = whenEnded(child)
    if (child.pid === undefined) {
      const { reason } = await ended
      throw new VmError('qemu-failed', { program, reason: reason ?? '' })
    }
    return { pid: child.pid, ended, kill: () => child.kill('SIGKILL') }
  } finally {
    await log.close()
  }
}

function whenEnded(child: ChildProcess): Promise<ProcessEnd & { reason?: string }> {
  const { promise, resolve } = Promise.withResolvers<ProcessEnd & { reason?: string }>()
  child.on('error', (error) => {
    resolve({ reason: error.message })
  })
  child.on('exit', (code, signal) => {
    resolve({ code: code ?? undefined, signal: signal ?? undefined })
  })
  return promise
}

/**
 * Connects as soon as QEMU listens. The signal ends the wait.
 * @param onMiss hears why each try failed.
 */
export async function awaitQmp(
  address: QmpAddress,
  signal: AbortSignal,
  onMiss?: (error: unknown) => void,
): Promise<Qmp> {
  for (;;) {
    signal.throwIfAborted()
    try {
      return await withDeadline(
        10_000,
        signal,
        () => new Error('QMP gave no greeting'),
        (until) => connectQmp(address, until),
      )
    } catch (error) {
      if (signal.aborted) throw error
      onMiss?.(error)
      await nextChange(address, signal)
    }
  }
}

/**
 * As `awaitQmp`, but not for ever.
 * @throws {VmError} 'qemu-failed' after `timeoutMs`, with the last try's error as its cause.
 */
export async function dialQmp(
  address: QmpAddress,
  { timeoutMs, signal, program }: { timeoutMs: number; signal: AbortSignal; program: string },
): Promise<Qmp> {
  let cause: unknown
  const late = () =>
    new VmError('qemu-failed', { program, reason: 'QMP does not answer' }, { cause })
  return withDeadline(timeoutMs, signal, late, (until) =>
    awaitQmp(address, until, (error) => (cause = error)),
  )
}

/** The socket's folder tells when the socket appears; the pause covers folders and systems that tell nothing. */
export async function nextChange(address: QmpAddress, signal: AbortSignal): Promise<void> {
  const changed = Promise.withResolvers<undefined>()
  const over = new AbortController()
  const watcher =
    'path' in address
      ? watch(dirname(address.path), () => {
          changed.resolve(undefined)
        })
      : undefined
  watcher?.on('error', () => undefined)
  try {
    await Promise.race([changed.promise, pause(100, AbortSignal.any([signal, over.signal]))])
  } finally {
    over.abort()
    watcher?.close()
  }
}

/** Words for why QEMU ended before it answered, read from what it wrote. */
export async function explainEnd(output: string, end: ProcessEnd): Promise<StartFailure> {
  const said = await readFile(output, 'utf8').catch(() => '')
  return classifyEnd(said, end)
}

export interface StartFailure {
  kind: 'port-taken' | 'disk-in-use' | 'no-sandbox' | 'accel' | 'other'
  reason: string
}

/** Pure part of `explainEnd`. */
export function classifyEnd(said: string, end: ProcessEnd): StartFailure {
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !line.includes('warning:'))
  const last = lines.at(-1)?.replace(/^\S*qemu-system-\S+: /, '')
  const exit = end.code === undefined ? 'unknown' : `exit code ${end.code}`
  const reason = last ?? (end.signal ? `ended by ${end.signal}` : exit)
  const kinds: [RegExp, StartFailure['kind']][] = [
    [/host forwarding rule|Address already in use/i, 'port-taken'],
    [/Failed to get ".*" lock|Is another process using/i, 'disk-in-use'],
    [/sandbox|seccomp/i, 'no-sandbox'],
    [
      /failed to initialize (kvm|hvf|whpx)|Could not access KVM|invalid accelerator|-accel /i,
      'accel',
    ],
  ]
  const kind = kinds.find(([pattern]) => pattern.test(said))?.[1] ?? 'other'
  return { kind, reason }
}
