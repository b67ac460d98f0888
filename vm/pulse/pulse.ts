import type { Context } from '../context.ts'
import { VmError } from '../errors.ts'
import type { Session } from '../session.ts'
import { openPipe } from '../ssh/exec.ts'
import { pause, withDeadline } from '../waiting.ts'
import type { EngineProcess } from './beat.ts'
import { driftOf } from './clock.ts'
import type { News } from './news.ts'
import { openTalk, type Talk } from './talk.ts'

const everyMs = 5000
/** A guest under emulation that is busy takes seconds. */
const answerMs = 15_000
const againMs = 1000
const program = '/usr/lib/berth/pulse'

export interface Pulse {
  /** What the guest said last of its engine. */
  readonly engine: EngineProcess | undefined
  /** Asks now: the computer has slept, or something is wrong. */
  ask(): void
}

export interface PulseOptions {
  signal: AbortSignal
  /** The guest was asked and says nothing. */
  onSilence: () => void
  /** What the guest says of its own accord. */
  onNews: (news: News) => void
}

/**
 * Asks the guest every few seconds how it is, by one process there that lives as long as the link, and keeps its clock by
 * the computer's.
 */
export function keepPulse(context: Context, session: Session, options: PulseOptions): Pulse {
  const { signal } = options
  let bell = new AbortController()
  let engine: EngineProcess | undefined
  const rest = async (ms: number) => {
    await pause(ms, AbortSignal.any([signal, bell.signal])).catch(() => undefined)
    bell = new AbortController()
    signal.throwIfAborted()
  }
  const follow = async (talk: Talk) => {
    let drift = 0
    for (;;) {
      const stepped = drift !== 0
      const word = stepped ? `step ${Math.round(-drift * 1000)}` : 'beat'
      const found = await askBeat(talk, word, signal)
      engine = found.engine
      drift = driftOf(found.guestMs, found.asked)
      tellClock(context, drift)
      // A clock that could not be set is tried again, and not without a pause.
      if (drift === 0 || stepped) await rest(everyMs)
    }
  }
  const keep = async () => {
    for (;;) {
      try {
        const pipe = await openPipe(await session.link.connection(signal), [program])
        await using talk = openTalk(pipe, options.onNews)
        await follow(talk)
      } catch (error) {
        signal.throwIfAborted()
        engine = undefined
        context.config.log('pulse-lost', { reason: String(error) })
        options.onSilence()
      }
      await rest(againMs)
    }
  }
  keep().catch(() => undefined)
  return {
    get engine() {
      return engine
    },
    ask: () => {
      bell.abort()
    },
  }
}

/** The beat, with when it was asked for and when it came. */
async function askBeat(talk: Talk, word: string, signal: AbortSignal) {
  const sentMs = Date.now()
  const late = () => new Error('no answer')
  const found = await withDeadline(answerMs, signal, late, (until) => talk.ask(word, until))
  return { ...found, asked: { sentMs, receivedMs: Date.now() } }
}

function tellClock({ board, config }: Context, driftMs: number): void {
  if (driftMs === 0) {
    board.setHealth('clock', 'ok')
    return
  }
  const seconds = Math.round(driftMs / 1000)
  config.log('clock-drift', { seconds })
  board.setHealth('clock', 'repairing', new VmError('clock-drift', { seconds: Math.abs(seconds) }))
}
