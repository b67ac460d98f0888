import { addVolume, day, hour, mebibyte } from './make.ts'
import { type EngineStore, toId } from './store.ts'

const steps: [description: string, mebibytes: number][] = [
  ['[deps 3/3] RUN --mount=type=cache,target=/root/.npm npm ci', 612],
  ['[build 4/4] RUN npm run build', 418],
  ['[base 2/2] RUN apt-get update && apt-get install -y build-essential', 396],
  ['local source for context', 164],
  ['cached mount /root/.npm from exec /bin/sh -c npm ci', 288],
  ['pulled from docker.io/library/node:24-slim', 231],
  ['[build 2/4] COPY package.json package-lock.json ./', 1],
]

/** What gathers over months: a build cache, and volumes that no container has. */
export function addSampleSpace(store: EngineStore): void {
  for (const [index, [description, size]] of steps.entries()) {
    const id = toId(`cache ${description}`).slice(0, 25)
    store.buildCache.set(id, { id, description, size: size * mebibyte, inUse: index === 5 })
  }
  addVolume(store, 'legacy_mysql-data', 211 * day, 934 * mebibyte)
  for (const [age, size] of [
    [12 * day, 96],
    [40 * day, 41],
    [3 * hour, 7],
  ] as const) {
    const name = toId(`anonymous ${age}`)
    addVolume(store, name, age, size * mebibyte)
    const volume = store.volumes.get(name)
    if (volume) volume.labels = { 'com.docker.volume.anonymous': '' }
  }
}
