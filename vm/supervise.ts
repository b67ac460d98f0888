import type { Context } from './context.ts'
import { VmError } from './errors.ts'
import { freeMiB } from './qemu/disk.ts'
import type { QmpEvent } from './qemu/qmp.ts'
import type { Session } from './session.ts'
import { execOverSsh } from './ssh/exec.ts'
import { abortReason, pause, withDeadline } from './waiting.ts'

const everyMs = 30_000
/** Between looks while something is wrong. */
const troubledMs = 1000
const probeMs = 10_000
/** A guest that is paused for want of space goes on once this much is free on the host. */
const resumeMiB = 256

/** Watches a running session until the signal is aborted: the engine end to end, and the host's disk. */
export function supervise(context: Context, session: Session, signal: AbortSignal): void {
  const quietly = (work: Promise<void>) => {
    work.catch((error: unknown) => {
      if (!signal.aborted) context.config.log('supervision-failed', { reason: String(error) })
    })
  }
  quietly(watchEngine(context, session, signal))
  session.qemu.onEvent((event) => {
    if (isDiskTrouble(event)) quietly(waitForRoom(context, session, event, signal))
  })
  // It may have been paused before this app took it over.
  quietly(
    session.qemu.execute('query-status').then((status) => {
      const paused = JSON.stringify(status).includes('"io-error"')
      if (paused) return waitForRoom(context, session, undefined, signal)
    }),
  )
}

async function watchEngine(context: Context, session: Session, signal: AbortSignal): Promise<void> {
  const doubts = createBell()
  session.onDoubt(doubts.ring)
  let healthy = true
  for (;;) {
    await doubts.heard(healthy ? everyMs : troubledMs, signal)
    healthy = await look(context, session, signal)
  }
}

/** One look through the public socket; on failure finds the broken link of the chain and mends it if it can. */
async function look(context: Context, session: Session, signal: AbortSignal): Promise<boolean> {
  const { config, board } = context
  const failure = await probe(context, signal)
  signal.throwIfAborted()
  if (!failure) {
    board.setHealth('socket', 'ok')
    board.setHealth('engine', 'ok')
    return true
  }
  if (!session.link.current) {
    board.setHealth('engine', 'unknown')
    return false
  }
  if (!(await session.forward.isInPlace())) return mendSocket(context, session)
  if (!(await answersOverSsh(session, signal))) {
    config.log('ssh-silent', {})
    session.link.drop()
    return false
  }
  config.log('engine-down', { reason: failure.message })
  board.setHealth('engine', 'down', new VmError('engine-down', {}, { cause: failure }))
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

async function mendSocket({ config, board }: Context, { forward }: Session): Promise<boolean> {
  try {
    board.setHealth(
      'socket',
      'repairing',
      new VmError('socket-taken', { path: forward.hostSocket, reason: 'gone' }),
    )
    await forward.rebind()
    config.log('socket-rebound', {})
  } catch (error) {
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

function isDiskTrouble({ name, data }: QmpEvent): boolean {
  return name === 'BLOCK_IO_ERROR' && data['action'] === 'stop'
}

/** The guest stands still, and loses nothing, until there is room again. */
async function waitForRoom(
  { config, board, files }: Context,
  { qemu }: Session,
  event: QmpEvent | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (board.snapshot.health.some(({ link, state }) => link === 'process' && state === 'down'))
    return
  const nospace = event?.data['nospace'] !== false
  const free = await freeMiB(files.disk)
  config.log('disk-trouble', { nospace, freeMiB: free })
  const params = { folder: config.folder, freeMiB: free, neededMiB: resumeMiB }
  const error = nospace
    ? new VmError('disk-full', params)
    : new VmError('disk-damaged', { path: files.disk, reason: String(event.data['reason']) })
  board.setHealth('process', 'down', error)
  while ((await freeMiB(files.disk)) < resumeMiB) await pause(2000, signal)
  if (!nospace) await pause(5000, signal)
  board.setHealth('process', 'ok')
  await qemu.execute('cont')
  config.log('disk-resumed', {})
}

/** Wakes one listener early; a ring that nobody waits for is kept. */
function createBell() {
  let rung = Promise.withResolvers<undefined>()
  return {
    ring: () => {
      rung.resolve(undefined)
    },
    async heard(ms: number, signal: AbortSignal): Promise<void> {
      const over = new AbortController()
      const timer = pause(ms, AbortSignal.any([signal, over.signal])).catch(() => undefined)
      await Promise.race([rung.promise, timer])
      over.abort()
      if (signal.aborted) throw abortReason(signal)
      rung = Promise.withResolvers()
    },
  }
}
