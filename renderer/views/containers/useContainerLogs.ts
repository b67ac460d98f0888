import { onScopeDispose, shallowRef, watch } from 'vue'
import { AppError, type LogLine } from '#api'
import { useConnection } from '../../api/index.ts'
import { type Reading, read } from '../../api/reading.ts'
import { createLogRing } from './log-ring.ts'

const limit = 10_000

/** What following a log has come to. */
export type LogPhase =
  { kind: 'following' } | { kind: 'ended' } | { kind: 'failed'; error: AppError }

/**
 * The log of a container, followed while the scope lives: its newest lines, drawn at most once a frame. It is read
 * anew on every new link, and when `isRunning` becomes true after the log had ended.
 */
export function useContainerLogs(id: () => string, isRunning: () => boolean) {
  const { api, session } = useConnection()
  const ring = createLogRing(limit)
  const lines = shallowRef<LogLine[]>([])
  const dropped = shallowRef(0)
  const phase = shallowRef<LogPhase>({ kind: 'following' })
  let reading: Reading | undefined
  let frame = 0

  const draw = () => {
    frame = 0
    lines.value = ring.toArray()
    dropped.value = ring.dropped
  }
  const drawSoon = () => {
    if (frame === 0) frame = requestAnimationFrame(draw)
  }
  const start = () => {
    reading?.stop()
    ring.clear()
    phase.value = { kind: 'following' }
    const mine = read(api.containers.logs(id(), { tail: limit, follow: true }), (batch) => {
      ring.push(batch)
      drawSoon()
    })
    reading = mine
    const end = (next: LogPhase) => {
      if (reading !== mine) return
      phase.value = next
      drawSoon()
    }
    mine.done.then(
      () => end({ kind: 'ended' }),
      (error: unknown) => {
        const known = error instanceof AppError ? error : new AppError('internal', { log: '' })
        // The page says already that the link is lost; a new one starts the log anew.
        if (known.code !== 'disconnected') end({ kind: 'failed', error: known })
      },
    )
  }
  watch([session, id], start, { immediate: true })
  watch(isRunning, (running) => {
    if (running && phase.value.kind !== 'following') start()
  })
  onScopeDispose(() => {
    reading?.stop()
    cancelAnimationFrame(frame)
  })
  return { lines, dropped, phase }
}
