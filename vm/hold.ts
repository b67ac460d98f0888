import { noteShutdown } from './aftermath.ts'
import type { Context } from './context.ts'
import { VmError } from './errors.ts'
import type { ProcessEnd } from './qemu/launch.ts'
import { toMachineProcess, type Session } from './session.ts'
import type { SshConnection } from './ssh/connection.ts'
import { supervise, type Supervision } from './supervise.ts'

const linkPatienceMs = 15_000

/** What this app holds of the machine that runs. */
export interface Hold {
  readonly session: Session | undefined
  /** @throws {VmError} 'not-running' */
  running(): Session
  look(): void
  /** The guest's ssh, waited for while it is made anew. @throws {VmError} 'not-running', 'link-lost' */
  connection(signal?: AbortSignal): Promise<SshConnection>
  /** Takes hold of a session: it is supervised from now on, and shown as running. */
  take(session: Session): void
  /** Nothing is supervised any more; the session is the caller's, who MUST close it. */
  release(): Session | undefined
  close(session: Session | undefined): Promise<void>
  /** Releases and closes. */
  letGo(): Promise<void>
}

export interface HoldParts {
  onEngineEvent: (timeNano: number) => void
  onRunning(session: Session, over: AbortSignal): void
  /** The process of the session that is held is gone. */
  onEnd(session: Session, end: ProcessEnd, shutdown: string): void
}

interface Held {
  session: Session
  over: AbortController
  supervision: Supervision
}

export function createHold(context: Context, parts: HoldParts): Hold {
  let held: Held | undefined
  const release = () => {
    const { session, over } = held ?? {}
    held = undefined
    over?.abort()
    return session
  }
  const running = () => {
    if (!held) throw new VmError('not-running')
    return held.session
  }
  const watch = (session: Session, over: AbortController) => {
    const shutdown = noteShutdown(session.qemu)
    const { signal } = over
    const supervision = supervise(context, session, { signal, onEngineEvent: parts.onEngineEvent })
    held = { session, over, supervision }
    session.qemu.onLink((up) => {
      if (!signal.aborted) showLink(context, up)
    })
    void session.qemu.ended.then((end) => {
      if (held?.session === session) parts.onEnd(session, end, shutdown())
    })
  }
  return {
    get session() {
      return held?.session
    },
    running,
    look: () => held?.supervision.look(),
    connection: async (signal) => connectionOf(running(), signal),
    take(session) {
      const over = new AbortController()
      watch(session, over)
      context.board.setState({ phase: 'running', process: toMachineProcess(session.qemu) })
      parts.onRunning(session, over.signal)
    },
    release,
    close: (session) => close(context, session),
    letGo: () => close(context, release()),
  }
}

/** Only trouble of the link itself: a disk that is full has a word of its own there. */
function showLink({ board }: Context, up: boolean): void {
  const now = board.snapshot.health.find(({ link }) => link === 'process')?.state
  if (now === (up ? 'repairing' : 'ok')) board.setHealth('process', up ? 'ok' : 'repairing')
}

async function connectionOf({ link }: Session, signal?: AbortSignal): Promise<SshConnection> {
  const patience = AbortSignal.timeout(linkPatienceMs)
  const both = signal ? AbortSignal.any([signal, patience]) : patience
  return link.connection(both).catch((cause: unknown) => {
    signal?.throwIfAborted()
    throw new VmError('link-lost', { seconds: linkPatienceMs / 1000 }, { cause })
  })
}

async function close({ board, config }: Context, session: Session | undefined): Promise<void> {
  try {
    await session?.[Symbol.asyncDispose]()
  } catch (cause) {
    config.log('close-failed', { reason: String(cause) })
  }
  board.resetHealth()
  board.setProcess(undefined)
}
