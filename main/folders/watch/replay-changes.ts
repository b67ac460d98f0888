import { AppError } from '#api'
import type { Machine } from '#vm'
import { createRefresher } from '../../engine/refresher.ts'
import type { Log } from '../../host/log.ts'
import type { Folders } from '../folders.ts'
import { ChangeReplay } from './change-replay.ts'
import type { HostWatch } from './host-watch.ts'
import type { VolumeFolders } from './volume-folders.ts'

export interface ReplayParts {
  machine: Pick<Machine, 'pipe'>
  folders: Pick<Folders, 'locate' | 'isHidden' | 'onShares' | 'own'>
  /** Those that run, with what they have mounted of this computer. */
  containers: {
    readonly containers: Iterable<{ folders: readonly string[]; volumes: readonly string[] }>
    onContainers(listener: () => void): void
  }
  volumes: Pick<VolumeFolders, 'of'>
  watch: HostWatch
  log: Log
  onError(): void
}

export interface Replay extends Disposable {
  /** Why programs in containers are not told of all changes. */
  readonly error: AppError | undefined
}

/** A storm of containers is looked at now and then. */
const pauseMs = 100

/** Watches what containers that run have mounted, and nothing else. */
export function replayChanges(parts: ReplayParts): Replay {
  const { machine, folders, containers, volumes, watch, log } = parts
  const replay = new ChangeReplay({
    ...{ machine, watch, own: folders.own },
    isHidden: (path) => folders.isHidden(path),
    onLimit: () => {
      const { limit } = replay
      if (limit) log.write('folders.watch-limit', { ...limit })
      parts.onError()
    },
  })
  let over = false
  const look = createRefresher(async () => {
    const running = [...containers.containers]
    const bound = await volumes.of(new Set(running.flatMap((one) => one.volumes)))
    if (over) return
    const paths = new Set([...running.flatMap((one) => one.folders), ...bound])
    replay.want([...paths].flatMap((path) => folders.locate(path) ?? []))
  }, pauseMs)
  const ask = () => {
    look.ask()
  }
  containers.onContainers(ask)
  folders.onShares(ask)
  return {
    get error() {
      return replay.limit && new AppError('folder-watch-limit', { ...replay.limit })
    },
    [Symbol.dispose]() {
      over = true
      replay[Symbol.dispose]()
    },
  }
}
