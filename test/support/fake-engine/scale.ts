import {
  addContainer,
  addImage,
  addNetwork,
  addOwnNetworks,
  day,
  inProject,
  minute,
  published,
} from './make.ts'
import type { EngineStore } from './store.ts'

const services = ['web', 'api', 'worker', 'db', 'cache', 'queue', 'search', 'mail', 'cron', 'edge']
const states = [
  'running',
  'running',
  'running',
  'exited',
  'running',
  'paused',
  'running',
  'exited',
] as const

export interface Scale {
  containers: number
  images: number
  projects: number
}

/** As many as asked for; half of the containers belong to projects. */
export function fillMany(store: EngineStore, { containers, images, projects }: Scale): void {
  addOwnNetworks(store)
  for (let index = 0; index < images; index += 1) {
    addImage(store, {
      tags:
        index % 9 === 8
          ? []
          : [
              `registry.example.com/team-${index % 40}/service-${index}:1.${index % 30}.${index % 7}`,
            ],
      seed: `many ${index}`,
      size: 20_000_000 + ((index * 7_919_000) % 900_000_000),
      age: (index % 400) * day + minute,
      layers: [],
    })
  }
  const ids = [...store.images.values()]
  for (let project = 0; project < projects; project += 1) {
    addNetwork(store, `project-${project}_default`, `10.${project % 250}.0.0/16`)
  }
  for (let index = 0; index < containers; index += 1) {
    const image = ids[(index * 13) % Math.max(1, ids.length)]
    const state = states[index % states.length] ?? 'running'
    const project = `project-${index % Math.max(1, projects)}`
    const service = services[Math.floor(index / Math.max(1, projects)) % services.length] ?? 'web'
    const isGrouped = projects > 0 && index % 2 === 0
    addContainer(store, {
      name: isGrouped
        ? `${project}-${service}-${index}`
        : `worker-${String(index).padStart(5, '0')}`,
      image: image?.tags[0] ?? 'busybox:latest',
      ...(image && { imageId: image.id }),
      age: (index + 1) * minute,
      ...(isGrouped && inProject(project, service)),
      state,
      exitCode: state === 'exited' ? index % 3 : 0,
      finishedAt: state === 'exited' ? Date.now() - index * 1000 : 0,
      pausedAt: state === 'paused' ? Date.now() - minute : 0,
      ports: index % 3 === 0 ? published(10_000 + index, 80) : [],
      load: { cpu: (index % 17) / 40, memory: (10 + (index % 300)) * 1024 ** 2 },
    })
  }
}
