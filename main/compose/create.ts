import type { ContainersApi, ErrorShape } from '#api'
import type { Machine } from '#vm'
import type { EngineClient } from '../engine/client.ts'
import { type ListedContainer, toContainer } from '../engine/container-shape.ts'
import type { FolderMap } from '../folders/folder-map.ts'
import { Compose } from './compose.ts'
import { clientSocketPath } from './engine-socket.ts'
import type { OpenedFiles } from './opened-files.ts'
import { type ComposeRunner, createGuestCompose } from './runner.ts'

export interface ComposeSurroundings {
  machine: Machine
  client: EngineClient
  containers: Pick<ContainersApi, 'watch' | 'logs'>
  folders: Pick<FolderMap, 'toGuest' | 'toHost'>
  settings: { onChange(listener: () => void): () => void }
  openedFiles: OpenedFiles
  /** Of the engine, on this computer. */
  dockerSocket: string
  /** Another one than the guest's. */
  runner: ComposeRunner | undefined
  toShape: (error: unknown) => ErrorShape
}

/** Compose over the machine and the engine of this home. */
export function createCompose(around: ComposeSurroundings): Compose {
  const { machine, client, containers, folders, settings, toShape } = around
  return new Compose({
    ...{ containers, folders, settings, toShape, opened: around.openedFiles },
    runner: around.runner ?? createGuestCompose(machine, folders),
    findContainers(project) {
      const filters = JSON.stringify({ label: [`com.docker.compose.project=${project}`] })
      return client.json(
        { path: '/containers/json', query: { all: true, filters } },
        (list: ListedContainer[]) => list.map(toContainer),
      )
    },
    engineSockets: [
      ...['/var/run/docker.sock', '/run/docker.sock'],
      ...[clientSocketPath, around.dockerSocket],
    ],
  })
}
