import { type Call, sendJson, sendNothing } from './answers.ts'
import { isAlive, toListEntry } from './container-json.ts'
import { countContainers, toSummary } from './image-routes.ts'
import type { FakeCacheRecord, FakeVolume } from './objects.ts'
import { pause } from './pause.ts'
import { Refusal } from './refusal.ts'
import type { EngineStore } from './store.ts'

export function systemDf(call: Call): void {
  const { store, query } = call
  const types = query.getAll('type')
  const wants = (type: string) => types.length === 0 || types.includes(type)
  const images = [...store.images.values()]
  sendJson(call, {
    LayersSize: images.reduce((total, { size, sharedSize }) => total + size - sharedSize, 0),
    ...(wants('image') && {
      Images: images.map((image) =>
        toSummary(image, {
          SharedSize: image.sharedSize,
          Containers: countContainers(store, image),
        }),
      ),
    }),
    ...(wants('container') && {
      Containers: [...store.containers.values()].map((container) => ({
        ...toListEntry(container),
        SizeRw: container.writtenBytes ?? 0,
      })),
    }),
    ...(wants('volume') && {
      Volumes: [...store.volumes.values()].map((volume) => ({
        ...{ Name: volume.name, Labels: volume.labels },
        UsageData: { Size: volume.size, RefCount: countUsers(store, volume) },
      })),
    }),
    ...(wants('build-cache') && { BuildCache: [...store.buildCache.values()].map(toRecord) }),
  })
}

function countUsers(store: EngineStore, { name }: FakeVolume): number {
  return store.containers
    .values()
    .filter(({ mounts }) => mounts.some((mount) => mount.Name === name))
    .toArray().length
}

function toRecord({ id, description, size, inUse }: FakeCacheRecord) {
  return {
    ...{ ID: id, Type: 'regular', Description: description },
    ...{ InUse: inUse, Shared: false, Size: size, UsageCount: 1 },
  }
}

export async function pruneBuilds(call: Call): Promise<void> {
  const { store, stepMs } = call
  await pause(stepMs)
  const gone = [...store.buildCache.values()].filter(({ inUse }) => !inUse)
  for (const { id } of gone) store.buildCache.delete(id)
  sendJson(call, {
    CachesDeleted: gone.map(({ id }) => id),
    SpaceReclaimed: gone.reduce((total, { size }) => total + size, 0),
  })
}

export async function removeVolume(call: Call): Promise<void> {
  const { store, stepMs } = call
  await pause(stepMs)
  const name = decodeURIComponent(call.params[0] ?? '')
  const volume = store.volumes.get(name)
  if (!volume) throw new Refusal(404, `get ${name}: no such volume`)
  const users = store.containers
    .values()
    .filter(({ mounts }) => mounts.some((mount) => mount.Name === name))
    .map(({ id }) => id)
    .toArray()
  if (users.length > 0) {
    throw new Refusal(409, `remove ${name}: volume is in use - [${users.join(', ')}]`)
  }
  store.volumes.delete(name)
  store.change('volume', 'destroy', name, { driver: volume.driver })
  sendNothing(call)
}

/** What everything in the engine's store takes. */
export function sumStore(store: EngineStore): number {
  const sum = (sizes: Iterable<number>) => [...sizes].reduce((total, size) => total + size, 0)
  return (
    sum(store.images.values().map(({ size, sharedSize }) => size - sharedSize)) +
    sum(store.volumes.values().map(({ size }) => size)) +
    sum(store.buildCache.values().map(({ size }) => size)) +
    sum(store.containers.values().map(({ writtenBytes = 0 }) => writtenBytes))
  )
}

/** Whether a container's log is being written. */
export function isWritten(store: EngineStore, id: string): boolean {
  const container = store.containers.get(id)
  return container !== undefined && isAlive(container)
}
