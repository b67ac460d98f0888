import { AppError } from '#api'
import { type Accel, createQemuMachine, type Machine } from '#vm'
import { createEngineSocket } from '../compose/engine-socket.ts'
import { pingEngine } from '../engine/client.ts'
import type { EngineSettingsFiles } from '../engine-settings/files.ts'
import type { Folders } from '../folders/folders.ts'
import type { Log } from '../host/log.ts'
import type { Paths } from '../host/paths.ts'
import type { EngineNetwork } from '../network/engine-network.ts'
import { createProxy } from '../proxy/proxy.ts'
import { findLimits } from '../settings/schema.ts'
import type { SettingsStore } from '../settings/store.ts'
import { sayNotShared } from '../words/not-shared.ts'
import { chooseLanguage, createSay, systemLocale } from '../words/words.ts'

export interface MachineParts {
  paths: Paths
  socketFolder: string
  dockerSocket: string
  imageFolder: string
  /** The value of BERTH_ACCEL. */
  accel: string | undefined
  settings: SettingsStore
  engineSettings: Pick<EngineSettingsFiles, 'wanted' | 'good'>
  engineNetwork: Pick<EngineNetwork, 'handedIn'>
  folders: Pick<Folders, 'guestSocket' | 'list' | 'toGuest' | 'toHost' | 'virtiofs'>
  log: Log
}

/** Where the engine listens in the guest. */
export const guestSocket = '/run/docker.sock'

const accels: readonly Accel[] = ['kvm', 'hvf', 'whpx', 'tcg']

/** The machine of this home. It reads its size from the settings each time it starts. */
export function createMachine(parts: MachineParts): Machine {
  const { paths, settings, log } = parts
  const accel = parseAccel(parts.accel)
  const most = findLimits()
  const language = () => chooseLanguage(settings.current.language, systemLocale(process.env))
  return createQemuMachine({
    folder: paths.machine,
    socketFolder: parts.socketFolder,
    imageFolder: parts.imageFolder,
    get cpus() {
      return settings.current.cpus
    },
    get memoryMiB() {
      return settings.current.memoryMiB
    },
    get swapMiB() {
      return settings.current.swapMiB
    },
    get diskGiB() {
      return settings.current.diskGiB
    },
    most: { cpus: most.cpus.max, memoryMiB: most.memoryMiB.max },
    ...(accel && { accel }),
    engine: {
      guestSocket,
      hostSocket: parts.dockerSocket,
      probe: pingEngine,
      present: createProxy({
        hostSocket: parts.dockerSocket,
        folders: () => parts.folders,
        // In the language that the window is in.
        notShared: (path) => sayNotShared(language(), path),
        portTaken: (port) => createSay(language())('errors.port-taken', { port }),
        log,
      }),
      get config() {
        return parts.engineSettings.wanted
      },
    },
    get handedIn() {
      // What the guest falls back to if its engine does not start with the others.
      const ours = { folders: parts.folders.list, 'daemon.good.json': parts.engineSettings.good }
      return { ...ours, ...parts.engineNetwork.handedIn }
    },
    get virtiofs() {
      return parts.folders.virtiofs
    },
    guestSockets: [parts.folders.guestSocket, createEngineSocket(parts.dockerSocket)],
    log: (event, fields) => log.write(`machine.${event}`, fields),
  })
}

/** @throws {AppError} `setting-invalid` for a name that is none of an accelerator */
function parseAccel(value: string | undefined): Accel | undefined {
  if (value === undefined || value === '') return undefined
  const found = accels.find((accel) => accel === value)
  if (!found)
    throw new AppError('setting-invalid', { key: 'BERTH_ACCEL', allowed: accels.join(', ') })
  return found
}
