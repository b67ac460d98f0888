import { watch } from 'node:fs'
import { open, rename, rm, writeFile } from 'node:fs/promises'
import { VmError } from './errors.ts'
import { errorCode } from './durable-file.ts'
import { untilAborted } from './waiting.ts'

const tailBytes = 256 * 1024

/** Keeps the console of the boot before and leaves an empty file for this one, so that it can be watched at once. */
export async function beginSerial(path: string, previous: string): Promise<void> {
  await rename(path, previous).catch(() => rm(path, { force: true }))
  await writeFile(path, '', { mode: 0o600 })
}

/** The last `count` lines of the console; none when there was no boot yet. */
export async function readTail(path: string, count: number): Promise<string[]> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      const from = Math.max(0, size - tailBytes)
      const { bytesRead, buffer } = await file.read(Buffer.alloc(size - from), { position: from })
      return cleanLines(buffer.toString('utf8', 0, bytesRead)).slice(-count)
    } finally {
      await file.close()
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}

// Colours and cursor moves of the firmware and the kernel say nothing in a log.
const controls = /\x1b\[[0-9;?]*[A-Za-z]|\x1bc|[\x00-\x08\x0b-\x1f\x7f]/g

function cleanLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replaceAll(controls, '').trimEnd())
    .filter((line) => line !== '')
}

/** What the guest's console has told: the milestones so far, and why the guest gave up if it did. */
export interface Milestones {
  /** Resolves once the guest has said `berth: <stage>`; rejects when it said that it failed. */
  reached(stage: string, signal: AbortSignal): Promise<void>
  /** Never resolves; rejects when the guest said that it failed. */
  readonly failed: Promise<never>
}

/** Follows the console from its first line until the signal is aborted. */
export function followMilestones(path: string, signal: AbortSignal): Milestones {
  const seen = new Map<string, PromiseWithResolvers<undefined>>()
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => undefined)
  const stageOf = (name: string) => {
    const known = seen.get(name) ?? Promise.withResolvers<undefined>()
    seen.set(name, known)
    return known
  }
  followLines(path, signal, (line) => {
    const told = parseConsole(line)
    if (told && 'stage' in told) stageOf(told.stage).resolve(undefined)
    else if (told) failed.reject(told.error)
  })
  return {
    failed: failed.promise,
    reached: (stage, until) =>
      untilAborted(Promise.race([stageOf(stage).promise, failed.promise]), until),
  }
}

/** One line of the console: a milestone, a failure, or nothing of interest. */
export function parseConsole(line: string): { stage: string } | { error: VmError } | undefined {
  const failure = /berth: failed (?:[\d.]+ )?(\w+): (.+)$/.exec(line)
  if (failure) {
    const reason = failure[2] ?? ''
    return {
      error: new VmError(failure[1] === 'disk' ? 'disk-damaged' : 'boot-failed', { reason }),
    }
  }
  const panic = /Kernel panic - not syncing: (.+)$/.exec(line)
  if (panic) return { error: new VmError('boot-failed', { reason: panic[0] }) }
  const stage = /berth: ([a-z]\w*) [\d.]+/.exec(line)?.[1]
  return stage === undefined ? undefined : { stage }
}

/** How much of the console goes with an error. */
const excerptLines = 20

/** What of the console tells most: around the guest's last words, which a trace of many lines may follow, or its end. */
export function excerptOf(serial: readonly string[]): string[] {
  const at = serial.findIndex((line) => 'error' in (parseConsole(line) ?? {}))
  const from =
    at < 0 ? serial.length - excerptLines : Math.min(at - 4, serial.length - excerptLines)
  return serial.slice(Math.max(0, from)).slice(0, excerptLines)
}

function followLines(path: string, signal: AbortSignal, onLine: (line: string) => void): void {
  let position = 0
  let rest = ''
  let reading: Promise<void> = Promise.resolve()
  const readMore = async () => {
    const file = await open(path, 'r')
    try {
      for (;;) {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(65536), { position })
        if (bytesRead === 0) return
        position += bytesRead
        const lines = (rest + buffer.toString('latin1', 0, bytesRead)).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) onLine(line.replaceAll(controls, ''))
      }
    } finally {
      await file.close()
    }
  }
  const poke = () => {
    reading = reading.then(readMore).catch(() => undefined)
  }
  // Some file systems tell nothing of changes; a look each second covers them.
  const timer = setInterval(poke, 1000)
  const watcher = watch(path, poke)
  watcher.on('error', () => undefined)
  const stop = () => {
    clearInterval(timer)
    watcher.close()
  }
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  poke()
}
