import { onScopeDispose, shallowRef, watch } from 'vue'
import { AppError, type LogLine, type LogOptions } from '#api'
import { useConnection } from '../api/index.ts'
import { type Reading, read } from '../api/reading.ts'
import { createBreath } from '../browser/breath.ts'
import { createFrame } from '../browser/frame.ts'
import { type LogRange, toLogOptions } from './log-range.ts'
import { createLogResume } from './log-resume.ts'
import { LogStore } from './log-store.ts'

/** What following a log has come to. */
export type LogPhase =
  | { kind: 'reading' }
  | { kind: 'following' }
  | { kind: 'ended' }
  | { kind: 'failed'; error: AppError }

export interface LogWishes {
  open: (options: LogOptions) => AsyncIterable<LogLine[]>
  isRunning: () => boolean
  range: () => LogRange
}

/**
 * A log, followed while the scope lives. What comes goes into the store at once and is told at most
 * once a frame (`version`). After a lost link, and when what had ended runs again, it is read on from where
 * it was left.
 */
export function useLogFeed({ open, isRunning, range }: LogWishes) {
  const { session } = useConnection()
  const store = new LogStore()
  const resume = createLogResume()
  const version = shallowRef(0)
  const phase = shallowRef<LogPhase>({ kind: 'reading' })
  let reading: Reading | undefined
  const frame = createFrame(() => (version.value += 1))
  const breathe = createBreath()

  const take = (batch: LogLine[]) => {
    if (phase.value.kind === 'reading') phase.value = { kind: 'following' }
    frame.ask()
    return breathe(() => store.push(resume.take(batch)))
  }
  const follow = () => {
    reading?.stop()
    resume.again()
    const { since } = resume
    const options = since === undefined ? toLogOptions(range(), Date.now()) : { since }
    const mine = read(open({ ...options, follow: true }), take)
    reading = mine
    phase.value = { kind: isRunning() ? 'following' : 'reading' }
    const end = (next: LogPhase) => {
      if (reading === mine) phase.value = next
    }
    mine.done.then(
      () => end({ kind: 'ended' }),
      (error: unknown) => end(toEnd(error)),
    )
  }
  const clear = () => {
    store.clear()
    frame.now()
  }
  watch(session, follow, { immediate: true })
  watch(range, () => {
    resume.reset()
    clear()
    follow()
  })
  watch(isRunning, (running) => {
    if (running && phase.value.kind !== 'following') follow()
  })
  onScopeDispose(() => {
    reading?.stop()
    frame.cancel()
  })
  return { store, version, phase, clear }
}

/** The page says already when the link is lost, and a new one reads on: that is no end. */
function toEnd(error: unknown): LogPhase {
  const known = error instanceof AppError ? error : new AppError('internal', { log: '' })
  return known.code === 'disconnected' ? { kind: 'reading' } : { kind: 'failed', error: known }
}
