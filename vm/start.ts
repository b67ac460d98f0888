import { adoptQemu } from './adopt.ts'
import { lastOutput, lastWords, toEndError } from './aftermath.ts'
import { bootQemu, type Prepared } from './boot.ts'
import { deadlines, type Context, type Keys } from './context.ts'
import { readyDisk } from './disk/ready.ts'
import { diskTrouble, watchDisk } from './disk-watch.ts'
import { writeDurably } from './durable-file.ts'
import { VmError, type VmErrorCode } from './errors.ts'
import { prepareVirtiofs } from './first-folders.ts'
import { checkImage } from './guest-image.ts'
import { chooseAccel, hostArch } from './qemu/accel.ts'
import { findQemu } from './qemu/find.ts'
import type { QemuProcess } from './qemu/qemu-process.ts'
import { followMilestones, readTail, type Milestones } from './serial.ts'
import { openSession, toMachineProcess, type Session } from './session.ts'
import { connectSsh, type SshConnection } from './ssh/connection.ts'
import { openGuestSockets } from './ssh/guest-sockets.ts'
import { ensureKey } from './ssh/keys.ts'
import { isPastKernel, toStartError } from './start-failure.ts'
import { endQemu } from './stop.ts'
import { pause, retry, withDeadline } from './waiting.ts'

/** A guest that got as far as its services is powered off in order when its start is given up. */
const abandonGraceMs = 20_000
const bootAttempts = 3

/**
 * Adopts the machine on this folder or boots one, through all stages. What it started itself is ended again when a
 * stage fails or the signal is aborted; an adopted machine is only let go.
 * @param options.adoptOnly resolves with undefined instead of booting.
 */
export async function startSession(
  context: Context,
  options: { adoptOnly: boolean; signal: AbortSignal },
): Promise<Session | undefined> {
  const { board } = context
  const { signal } = options
  const found = await adoptQemu(context, signal)
  if (!found && options.adoptOnly) return undefined
  board.resetStages()
  let qemu = found
  const passed = { kernel: false, services: false }
  const over = new AbortController()
  try {
    const keys = await ensureKeys(context, found)
    const prepared = await board.stage('image', () => (qemu ? nothing : prepare(context, signal)))
    await board.stage('disk', () => (qemu ? nothing : readyDisk(context)))
    const { running, console } = await board.stage('boot', () =>
      bringUp(context, {
        ...{ found, prepared, signal, over: over.signal },
        onProcess: (one) => (qemu = one),
        onRetry: (console) => (passed.kernel ||= isPastKernel(console)),
      }),
    )
    board.setHealth('boot', 'ok')
    const dial = createDial(context, keys, running)
    const openSockets = (connection: SshConnection) => openGuestSockets(context.config, connection)
    const first = await board.stage('ssh', async () => {
      const connection = await awaitSsh(context, running, console, dial, signal)
      await openSockets(connection)
      return connection
    })
    passed.services = true
    board.setHealth('ssh', 'ok')
    return await board.stage('engine', async () => {
      const session = await openSession(context, {
        qemu: running,
        first,
        dial,
        prepare: openSockets,
      })
      return awaitEngine(context, session, console, signal)
    })
  } catch (error) {
    over.abort()
    if (qemu) await abandon(context, qemu, passed.services)
    throw qemu ? await explain(error, context, passed.kernel) : error
  } finally {
    over.abort()
  }
}

function createDial({ config }: Context, keys: Keys, { runtime: { sshPort } }: QemuProcess) {
  return (signal: AbortSignal, onAnswer?: () => void) => {
    const port = config.sshDoor?.(sshPort) ?? sshPort
    return connectSsh({ ...keys, port }, { timeoutMs: 10_000, signal, onAnswer })
  }
}

const nothing = Promise.resolve(undefined)

/** The guest reads who may log in when it boots, so for a running one nothing is written. */
async function ensureKeys({ files }: Context, found?: QemuProcess): Promise<Keys> {
  const user = await ensureKey(files.userKey, 'berth')
  const guest = await ensureKey(files.hostKey, 'berth-guest')
  if (!found) await writeDurably(files.authorizedKeys, `${user.publicLine}\n`)
  return { privateKey: user.privateKey, hostKey: guest.publicBlob }
}

async function prepare(context: Context, signal: AbortSignal): Promise<Prepared> {
  const { config, files } = context
  const image = await checkImage(config.imageFolder, files.verified)
  const { arch } = image.manifest
  if (arch !== hostArch() && config.accel !== 'tcg') {
    throw new VmError('image-not-for-host', { arch, host: hostArch() ?? process.arch })
  }
  signal.throwIfAborted()
  const qemu = await findQemu(arch)
  const accel = await chooseAccel({
    ...{ qemu, guestArch: arch, kernel: image.kernel, initrd: image.initrd, signal },
    log: (event, fields) => {
      config.log(event, fields)
    },
    ...{ memory: files.accel, override: config.accel },
  })
  return { image, qemu, accel, virtiofs: await prepareVirtiofs(context, qemu) }
}

interface BringUp {
  found?: QemuProcess
  prepared?: Prepared
  signal: AbortSignal
  /** Aborted once nobody listens to the console any more, and the session watches the disk. */
  over: AbortSignal
  onProcess: (qemu: QemuProcess | undefined) => void
  /** Gets the console of a boot that is tried again, which the next one begins anew. */
  onRetry: (console: readonly string[]) => void
}

/**
 * Boots, unless one was found, and waits until the guest has mounted its data disk. Under emulation on several
 * threads a kernel now and then breaks while it patches its own code (QEMU 7.2 runs the breakpoint of a patch that is
 * long done: "Oops: int3"). The worst of it is done first thing, see etc/runit/1 of the image. No disk is mounted by
 * then, so the boot is simply tried again.
 */
async function bringUp(context: Context, options: BringUp) {
  const { found, prepared, signal, over, onProcess, onRetry } = options
  const { board, config, files } = context
  for (let attempt = 1; ; attempt++) {
    const running = found ?? (prepared && (await bootQemu(context, prepared, signal)))
    if (!running) throw new Error('nothing was prepared to boot')
    onProcess(running)
    board.setProcess(toMachineProcess(running))
    board.setHealth('process', 'ok')
    watchDisk(context, running, { signal: AbortSignal.any([signal, over]) })
    const console = followMilestones(files.serial, over)
    try {
      await awaitBoot(context, running, console, signal)
      return { running, console }
    } catch (error) {
      if (running.adopted || attempt >= bootAttempts || !isPanic(error)) throw error
      config.log('guest-panicked', { attempt, ...error.params })
      await endQemu(context, running, { graceMs: 0 })
      onRetry(await readTail(files.serial, 500).catch(() => []))
      onProcess(undefined)
      board.setHealth('process', 'unknown')
    }
  }
}

function isPanic(error: unknown): error is VmError {
  return error instanceof VmError && String(error.params['reason']).startsWith('Kernel panic')
}

/** A guest that the host's full disk has paused is late for no other reason. */
function toLate({ board }: Context, code: VmErrorCode, afterMs: number): VmError {
  return diskTrouble(board) ?? new VmError(code, { seconds: afterMs / 1000 })
}

/** Until the guest has mounted its data disk. */
async function awaitBoot(
  context: Context,
  qemu: QemuProcess,
  milestones: Milestones,
  signal: AbortSignal,
): Promise<void> {
  const { bootMs } = deadlines(qemu.runtime.accel === 'tcg')
  const late = () => toLate(context, 'boot-timeout', bootMs)
  await withDeadline(bootMs, signal, late, (until) =>
    Promise.race([milestones.reached('disk', until), gone(context, qemu)]),
  )
}

async function awaitSsh(
  context: Context,
  qemu: QemuProcess,
  milestones: Milestones,
  dial: (signal: AbortSignal) => Promise<SshConnection>,
  signal: AbortSignal,
): Promise<SshConnection> {
  const { sshMs } = deadlines(qemu.runtime.accel === 'tcg')
  const late = () => toLate(context, 'ssh-timeout', sshMs)
  return withDeadline(sshMs, signal, late, async (until) => {
    // The port accepts long before sshd does; the guest says when it is worth a try.
    await Promise.race([
      milestones.reached('sshd', until),
      pause(15_000, until),
      gone(context, qemu),
    ])
    const isFinal = (error: unknown) => error instanceof VmError
    const dialling = retry(dial, { everyMs: 200, signal: until, isFinal })
    return Promise.race([dialling, gone(context, qemu)])
  })
}

/** Until the engine answers end to end on the host's socket; gives the session back or closes its parts. */
async function awaitEngine(
  context: Context,
  session: Session,
  milestones: Milestones,
  signal: AbortSignal,
): Promise<Session> {
  const { config, board } = context
  const { engineMs } = deadlines(session.qemu.runtime.accel === 'tcg')
  const late = () => toLate(context, 'engine-timeout', engineMs)
  const { hostSocket } = config.engine
  try {
    board.setHealth('socket', 'ok')
    await withDeadline(engineMs, signal, late, (until) => {
      // The engine listens before it answers: a question asked early is answered the moment it is ready.
      const probing = retry((one) => config.engine.probe(hostSocket, one), {
        everyMs: 200,
        signal: until,
      })
      return Promise.race([probing, milestones.failed, gone(context, session.qemu)])
    })
    board.setHealth('engine', 'ok')
    return session
  } catch (error) {
    await session.forward[Symbol.asyncDispose]()
    await session.link[Symbol.asyncDispose]()
    throw error
  }
}

async function gone({ files }: Context, qemu: QemuProcess): Promise<never> {
  const end = await qemu.ended
  const last = await lastOutput(files)
  throw lastWords(last.serial) ?? toEndError(end, qemu, last)
}

async function abandon(context: Context, qemu: QemuProcess, servicesUp: boolean): Promise<void> {
  if (qemu.adopted) await qemu[Symbol.asyncDispose]()
  else await endQemu(context, qemu, { graceMs: servicesUp ? abandonGraceMs : 0 })
}

async function explain(
  error: unknown,
  { files }: Context,
  wasPastKernel: boolean,
): Promise<unknown> {
  if (!(error instanceof VmError)) return error
  const console = await readTail(files.serial, 500).catch(() => [])
  return toStartError(error, console, wasPastKernel)
}
