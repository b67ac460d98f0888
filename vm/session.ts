import { awakeBy } from './awake.ts'
import type { Context } from './context.ts'
import { liveRanges } from './limits/limits.ts'
import type { MachineProcess } from './machine-state.ts'
import type { QemuProcess } from './qemu/qemu-process.ts'
import { VmError } from './errors.ts'
import { createRefusals } from './refusals.ts'
import type { SshConnection } from './ssh/connection.ts'
import { createForward, type Forward } from './ssh/forward.ts'
import type { Dial } from './ssh/hedged-dial.ts'
import { createSshLink, type SshLink } from './ssh/link.ts'
import { withDeadline } from './waiting.ts'

/** How long a connection to the engine's socket waits for a link that is being repaired. */
const linkPatienceMs = 10_000

/** Everything that is open while a machine runs. Disposing lets go of it and leaves the machine running. */
export interface Session extends AsyncDisposable {
  readonly qemu: QemuProcess
  readonly link: SshLink
  readonly forward: Forward
  /** Calls `listener` whenever something happened that makes a look at the engine worth while. */
  onDoubt(listener: () => void): void
  /** The machine is about to go: takes no more connections, and a link that ends is no news. */
  windDown(): Promise<void>
}

export interface SessionParts {
  qemu: QemuProcess
  first: SshConnection
  dial: Dial<SshConnection>
  prepare: (connection: SshConnection) => Promise<void>
}

/** Brings the engine's socket out to the host over a link that heals itself. */
export async function openSession(
  { config, board }: Context,
  { qemu, first, dial, prepare }: SessionParts,
): Promise<Session> {
  const doubts = new Set<() => void>()
  const doubt = () => doubts.forEach((listener) => listener())
  const refusals = createRefusals((reason) => config.log('forward-refused', { reason }))
  let closing = false
  const link = createSshLink({
    ...{ first, dial, prepare, awake: awakeBy(board) },
    onChange: (up, error) => {
      if (closing) return
      refusals.forget()
      config.log(up ? 'ssh-repaired' : 'ssh-lost', { reason: error?.message })
      board.setHealth('ssh', up ? 'ok' : 'repairing', up ? undefined : toLost(error))
      doubt()
    },
  })
  try {
    const forward = await createForward({
      hostSocket: config.engine.hostSocket,
      open: (signal) => openEngine(link, config.engine.guestSocket, signal),
      present: config.engine.present,
      onRefused: (error) => {
        refusals.note(error.message)
        doubt()
      },
    })
    return {
      qemu,
      link,
      forward,
      onDoubt: (listener) => doubts.add(listener),
      async windDown() {
        closing = true
        await forward[Symbol.asyncDispose]()
      },
      async [Symbol.asyncDispose]() {
        closing = true
        await forward[Symbol.asyncDispose]()
        await link[Symbol.asyncDispose]()
        await qemu[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await link[Symbol.asyncDispose]()
    throw error
  }
}

async function openEngine(link: SshLink, guestSocket: string, signal: AbortSignal) {
  const lost = () => new VmError('link-lost', { seconds: linkPatienceMs / 1000 })
  return withDeadline(linkPatienceMs, signal, lost, async (until) => {
    for (;;) {
      const connection = await link.connection(until)
      try {
        return await connection.openSocket(guestSocket, until)
      } catch (error) {
        // A refusal by the guest is an answer; a link that broke meanwhile is none.
        if (link.current === connection) throw error
      }
    }
  })
}

function toLost(cause?: Error): VmError {
  if (cause instanceof VmError) return cause
  return new VmError('link-lost', { seconds: linkPatienceMs / 1000 }, { cause })
}

export function toMachineProcess({
  instance,
  runtime,
  adopted,
}: Pick<QemuProcess, 'instance' | 'runtime' | 'adopted'>): MachineProcess {
  const { accel, cpus, memoryMiB, swapMiB, diskGiB, sshPort } = runtime
  const limits = { cpus, memoryMiB, swapMiB, diskGiB, live: liveRanges(runtime) }
  return { pid: instance.pid, accel, slow: accel === 'tcg', ...limits, sshPort, adopted }
}
