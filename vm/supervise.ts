import type { Context } from './context.ts'
import { watchDisk } from './disk-watch.ts'
import { VmError } from './errors.ts'
import { createEngineMender, type EngineMender } from './mend-engine.ts'
import { keepPulse, type Pulse } from './pulse/pulse.ts'
import type { Session } from './session.ts'
import { execOverSsh } from './ssh/exec.ts'
import { abortReason, pause, withDeadline } from './waiting.ts'

const everyMs = 30_000
/** Between looks while something is wrong. */
const troubledMs = 1000
const probeMs = 10_000

/** A session that is looked after. */
export interface Supervision {
  /** Looks at all of it now: the computer has slept, say. */
  look(): void
}

export interface SuperviseOptions {
  signal: AbortSignal
  /** The guest saw the engine tell of something at this time, in nanoseconds. */
  onEngineEvent: (timeNano: number) => void
}

/** Watches a running session until the signal is aborted: the engine end to end, the guest, and the host's disk. */
export function supervise(
  context: Context,
  session: Session,
  { signal, onEngineEvent }: SuperviseOptions,
): Supervision {
  const doubts = createBell()
  session.onDoubt(doubts.ring)
  const pulse = keepPulse(context, session, {
    signal,
    onSilence: doubts.ring,
    onNews: (news) => {
      switch (news.kind) {
        case 'engine-event':
          onEngineEvent(news.timeNano)
          return
        case 'repair':
          context.board.noteRepair(news.repair)
          return
        case 'out-of-memory':
          context.config.log('guest-out-of-memory', { killed: news.killed })
          context.board.noteOutOfMemory(news.killed)
      }
    },
  })
  const watched = { context, session, pulse, mender: createEngineMender(context, session) }
  watchEngine(watched, doubts, signal).catch((error: unknown) => {
    if (!signal.aborted) context.config.log('supervision-failed', { reason: String(error) })
  })
  watchDisk(context, session.qemu, { signal })
  return {
    look: () => {
      doubts.ring()
      pulse.ask()
    },
  }
}

interface Watched {
  context: Context
  session: Session
  pulse: Pulse
  mender: EngineMender
}

async function watchEngine(watched: Watched, doubts: Bell, signal: AbortSignal): Promise<void> {
  let healthy = true
  for (;;) {
    // While something is wrong the bell says nothing new: each look that is refused rings it as well.
    if (healthy) await doubts.heard(everyMs, signal)
    else await pause(troubledMs, signal)
    doubts.silence()
    healthy = await look(watched, signal)
  }
}

/** One look through the public socket; on failure finds the broken link of the chain and mends it if it can. */
async function look(watched: Watched, signal: AbortSignal): Promise<boolean> {
  const { context, session, pulse, mender } = watched
  const { config, board } = context
  const failure = await probe(context, signal)
  signal.throwIfAborted()
  if (!failure) {
    board.setHealth('socket', 'ok')
    board.setHealth('engine', 'ok')
    mender.rest()
    return true
  }
  if (!session.link.current) {
    board.setHealth('engine', 'unknown')
    return false
  }
  const inPlace = await session.forward.isInPlace()
  signal.throwIfAborted()
  if (!inPlace) return mendSocket(context, session, signal)
  const answers = await answersOverSsh(session, signal)
  signal.throwIfAborted()
  if (!answers) {
    config.log('ssh-silent', {})
    session.link.drop()
    return false
  }
  const error = await mender.mend(pulse.engine, failure, signal).catch((cause: unknown) => {
    // The next look tries again: what was to mend it went by a link that may have just broken.
    signal.throwIfAborted()
    config.log('engine-not-mended', { reason: String(cause) })
    return new VmError('engine-down', {}, { cause: failure })
  })
  config.log('engine-down', { code: error.code, reason: failure.message })
  board.setHealth('engine', 'down', error)
  // What the guest said last may be seconds old.
  pulse.ask()
  return false
}

async function probe({ config }: Context, signal: AbortSignal): Promise<Error | undefined> {
  const { engine } = config
  const late = () => new Error(`no answer in ${probeMs} ms`)
  try {
    await withDeadline(probeMs, signal, late, (until) => engine.probe(engine.hostSocket, until))
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

async function mendSocket(
  { config, board }: Context,
  { forward }: Session,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    board.setHealth(
      'socket',
      'repairing',
      new VmError('socket-taken', { path: forward.hostSocket, reason: 'gone' }),
    )
    await forward.rebind()
    config.log('socket-rebound', {})
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof VmError) board.setHealth('socket', 'down', error)
    config.log('socket-lost', { reason: String(error) })
  }
  return false
}

async function answersOverSsh({ link }: Session, signal: AbortSignal): Promise<boolean> {
  const late = () => new Error('no answer')
  try {
    return await withDeadline(probeMs, signal, late, async (until) => {
      const { code } = await execOverSsh(await link.connection(until), ['true'], { signal: until })
      return code === 0
    })
  } catch {
    return false
  }
}

type Bell = ReturnType<typeof createBell>

/** Wakes one listener early; a ring that nobody waits for is kept. */
function createBell() {
  let rung = Promise.withResolvers<undefined>()
  return {
    ring: () => {
      rung.resolve(undefined)
    },
    silence: () => {
      rung = Promise.withResolvers()
    },
    async heard(ms: number, signal: AbortSignal): Promise<void> {
      const over = new AbortController()
      const timer = pause(ms, AbortSignal.any([signal, over.signal])).catch(() => undefined)
      await Promise.race([rung.promise, timer])
      over.abort()
      if (signal.aborted) throw abortReason(signal)
    },
  }
}
