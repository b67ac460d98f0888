import type { Volume, VolumesApi } from '#api'
import { toTime } from './answers.ts'
import type { EngineChanges } from './changes.ts'
import type { EngineClient } from './client.ts'
import { LiveList } from './live-list.ts'

interface ListedVolume {
  Name: string
  Driver: string
  Labels: Record<string, string> | null
  CreatedAt?: string
}

export class Volumes implements VolumesApi {
  readonly #list: LiveList<Volume[]>

  constructor(client: EngineClient, changes: EngineChanges) {
    this.#list = new LiveList({
      changes,
      kind: 'volume',
      // A volume is mounted and unmounted with each container that starts and ends.
      matters: ({ action }) => action !== 'mount' && action !== 'unmount',
      fetch: () => fetchVolumes(client),
    })
  }

  watch(): AsyncIterable<Volume[]> {
    return this.#list.watch()
  }
}

async function fetchVolumes(client: EngineClient): Promise<Volume[]> {
  return client.json({ path: '/volumes' }, (answer: { Volumes: ListedVolume[] | null }) =>
    (answer.Volumes ?? []).map(toVolume),
  )
}

function toVolume(volume: ListedVolume): Volume {
  return {
    name: volume.Name,
    driver: volume.Driver,
    labels: volume.Labels ?? {},
    createdAt: toTime(volume.CreatedAt) ?? 0,
  }
}
