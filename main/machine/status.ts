import type { GuestRepair, MachineProcess, MachineSnapshot } from '#vm'
import type { AppStatus, ErrorShape, Health, StageStatus } from '#api'
import { AppError, healthLinks } from '#api'
import type { EngineVersion } from '../engine/client.ts'
import type { Say } from '../words/words.ts'
import { sayError } from '../words/words.ts'
import { toMachineError } from './errors.ts'

/** What the status is made of; nothing of it is stored. */
export interface StatusParts {
  snapshot: MachineSnapshot
  app: AppStatus['app']
  dockerSocket: string
  engine: EngineVersion | undefined
  /** Why a port cannot be reached; absent where nobody looks after them. */
  portTrouble?: ErrorShape | undefined
  /** Absent where nobody looks after them. `note`: they are well, but not as was chosen. */
  folders?: { error: AppError | undefined; note: AppError | undefined }
  /** In English: `message` is for the CLI; the window words the errors itself. */
  say: Say
}

export function toStatus(parts: StatusParts): AppStatus {
  const { state, repairs } = parts.snapshot
  const process = 'process' in state ? state.process : undefined
  return {
    state: toState(parts.snapshot),
    accel: process?.accel ?? '',
    slow: process?.slow ?? false,
    app: parts.app,
    dockerSocket: parts.dockerSocket,
    ...(parts.engine && state.phase === 'running' && { engine: parts.engine }),
    ...(process && {
      vm: toVm(process),
    }),
    stages: parts.snapshot.stages.map((stage): StageStatus => ({ ...stage })),
    health: healthLinks.map((link) => toHealth(link, parts)),
    ...(parts.snapshot.outOfMemory && { outOfMemory: parts.snapshot.outOfMemory }),
    ...(repairs.length > 0 && { repairs: repairs.map(toRepair) }),
    ...(state.phase === 'failed' && { error: toMachineError(state.error).toShape() }),
  }
}

function toRepair({ what, file }: GuestRepair): ErrorShape {
  return new AppError(`repaired-${what}`, { file }).toShape()
}

function toVm({ pid, cpus, memoryMiB, swapMiB, diskGiB, live, sshPort }: MachineProcess) {
  // A disk has no greatest size but the one that the settings allow.
  const ranges = { ...live, diskGiB: { min: live.diskGiB.min } }
  return { pid, cpus, memoryMiB, swapMiB, diskGiB, live: ranges, sshPort }
}

/** Running with a broken link is `degraded`: the process lives, and something between it and the engine does not. */
function toState({ state, health }: MachineSnapshot): AppStatus['state'] {
  const broken = health.some((link) => link.state === 'down' || link.state === 'repairing')
  return state.phase === 'running' && broken ? 'degraded' : state.phase
}

function toHealth(name: Health['link'], parts: StatusParts): Health {
  const { snapshot, say } = parts
  if (name === 'ports' && 'portTrouble' in parts && snapshot.state.phase === 'running')
    return toOwnHealth('ports', parts.portTrouble, say)
  if (name === 'folders' && parts.folders && snapshot.state.phase === 'running') {
    const { error, note } = parts.folders
    return toOwnHealth('folders', error?.toShape(), say, note?.toShape())
  }
  const found = snapshot.health.find(({ link }) => link === name)
  if (!found)
    return { link: name, state: 'unknown', message: say('health.state.unknown'), repairs: 0 }
  const error = found.error && toMachineError(found.error).toShape()
  return {
    link: name,
    state: found.state,
    message: error ? sayError(say, error) : say(`health.state.${found.state}`),
    repairs: found.repairs,
    ...(error && { error }),
    ...(found.mended && { mended: toMachineError(found.mended).toShape() }),
    ...(found.repairedAt !== undefined && { repairedAt: found.repairedAt }),
  }
}

/** As a whole they are as well as the worst of them: one sentence stands for all. */
function toOwnHealth(
  link: Health['link'],
  error: ErrorShape | undefined,
  say: Say,
  note?: ErrorShape,
): Health {
  const told = error ?? note
  return {
    link,
    state: error ? 'down' : 'ok',
    repairs: 0,
    message: told ? sayError(say, told) : say('health.state.ok'),
    ...(told && { error: told }),
  }
}
