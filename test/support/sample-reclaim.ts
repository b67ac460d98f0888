import type { EngineStore } from './fake-engine/store.ts'
import { FakeReclaim } from './fake-reclaim.ts'

const mebibyte = 1024 ** 2

/** A guest in which as much was deleted as built, around an engine's store, with logs of its sample containers. */
export function sampleReclaim(store: EngineStore): FakeReclaim {
  const isEmpty = store.containers.size + store.images.size === 0
  const reclaim = new FakeReclaim(store, isEmpty ? 0 : 2_260 * mebibyte)
  if (isEmpty) {
    reclaim.cacheBytes = 0
    return reclaim
  }
  const named = (name: string) => store.containers.values().find((one) => one.name === name)?.id
  const web = named('web')
  if (web !== undefined) reclaim.addLog(web, 12 * mebibyte, 38 * mebibyte)
  const train = named('train-model')
  if (train !== undefined) reclaim.addLog(train, 17 * mebibyte, 0)
  return reclaim
}
