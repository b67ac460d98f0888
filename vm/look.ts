import { createBoard, type Board } from './board.ts'
import { machineFiles, type MachineFiles } from './files.ts'
import type { MachineConfig } from './machine-config.ts'
import type { MachineSnapshot } from './machine-state.ts'
import { findInstance, readRuntime } from './qemu/runtime.ts'
import { toMachineProcess } from './session.ts'
import { connectSsh } from './ssh/connection.ts'
import { createForward } from './ssh/forward.ts'
import { findKey } from './ssh/keys.ts'

/** A guest that hangs or still boots does not answer, however long it is waited for. */
const guestMs = 5000

export type LookConfig = Pick<MachineConfig, 'folder' | 'socketFolder'> & {
  engine: Pick<MachineConfig['engine'], 'guestSocket' | 'probe'>
}

/** What was seen of a machine that nobody here holds. Disposing hangs up. */
export interface Look extends AsyncDisposable {
  readonly snapshot: MachineSnapshot
  /** A socket of our own that leads to the engine until this is disposed; undefined when it does not answer. */
  readonly engineSocket: string | undefined
}

/**
 * Looks whether a machine runs on this folder, and asks its guest. Nothing is taken over: neither the lock nor the
 * control link nor the engine's usual socket, so that an app which starts meanwhile finds them free. What the guest
 * does not tell within 5 s stays `unknown`.
 */
export async function lookAtMachine(config: LookConfig): Promise<Look> {
  const board = createBoard()
  const files = machineFiles(config.folder, config.socketFolder)
  const hangUp = new AsyncDisposableStack()
  const see = (engineSocket?: string): Look => ({
    snapshot: board.snapshot,
    engineSocket,
    [Symbol.asyncDispose]: () => hangUp.disposeAsync(),
  })
  const runtime = await readRuntime(files.runtime)
  const instance = runtime && (await findInstance(runtime))
  if (!instance) return see()
  const process = toMachineProcess({ instance, runtime, adopted: true })
  board.setState({ phase: 'running', process })
  board.setHealth('process', 'ok')
  try {
    await askGuest({ config, files, board, hangUp }, runtime.sshPort)
    return see(files.lookSocket)
  } catch {
    // The health says how far it came.
    return see()
  }
}

interface Asking {
  config: LookConfig
  files: MachineFiles
  board: Board
  hangUp: AsyncDisposableStack
}

async function askGuest({ config, files, board, hangUp }: Asking, port: number): Promise<void> {
  const signal = AbortSignal.timeout(guestMs)
  const [user, guest] = [await findKey(files.userKey), await findKey(files.hostKey)]
  if (!user || !guest) throw new Error('its keys are gone')
  const target = { port, privateKey: user.privateKey, hostKey: guest.publicBlob }
  const connection = hangUp.use(await connectSsh(target, { timeoutMs: guestMs, signal }))
  board.setHealth('ssh', 'ok')
  const { guestSocket, probe } = config.engine
  const forward = await createForward({
    hostSocket: files.lookSocket,
    open: (until) => connection.openSocket(guestSocket, until),
    onRefused: () => undefined,
  })
  hangUp.use(forward)
  await probe(forward.hostSocket, signal)
  board.setHealth('engine', 'ok')
}
