import type { EngineChanges } from '../../engine/changes.ts'
import type { EngineClient } from '../../engine/client.ts'
import { createHostWatch } from './create-host-watch.ts'
import { type Replay, replayChanges, type ReplayParts } from './replay-changes.ts'
import { VolumeFolders } from './volume-folders.ts'

/** Replays changes as this computer tells of them, in what the engine says its containers have mounted. */
export function createReplay(
  parts: Omit<ReplayParts, 'volumes' | 'watch'> & { client: EngineClient; changes: EngineChanges },
): Replay {
  const { client, changes, log } = parts
  const volumes = new VolumeFolders(client, changes, log)
  const replay = replayChanges({ ...parts, volumes, watch: createHostWatch() })
  return {
    get error() {
      return replay.error
    },
    [Symbol.dispose]() {
      replay[Symbol.dispose]()
      volumes[Symbol.dispose]()
    },
  }
}
