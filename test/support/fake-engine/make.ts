import { webLog } from './log-plan.ts'
import type { FakeContainer, FakeImage, FakeLayer, FakePort } from './objects.ts'
import { type EngineStore, toId } from './store.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour
export const mebibyte = 1024 ** 2

/** How a container is told of: a name, an image, its age, and what is special. */
export type ContainerPlan = Partial<FakeContainer> & { name: string; image: string; age: number }

/** Puts a container in the store. Its image should be there, and is the unknown one otherwise. */
export function addContainer(store: EngineStore, { age, ...plan }: ContainerPlan): FakeContainer {
  const image =
    plan.imageId === undefined ? store.findImage(plan.image) : store.images.get(plan.imageId)
  const now = Date.now()
  const id = plan.id ?? toId(`container ${plan.name}`)
  const container: FakeContainer = {
    id,
    imageId: image?.id ?? `sha256:${toId(plan.image)}`,
    entrypoint: image?.config.entrypoint ?? [],
    command: image?.config.command ?? ['/bin/sh'],
    env: [...(image?.config.env ?? [])],
    labels: {},
    state: 'running',
    ...{ exitCode: 0, error: '', oomKilled: false, restartCount: 0 },
    ...{ createdAt: now - age, startedAt: now - age, finishedAt: 0, pausedAt: 0, idleMs: 0 },
    ports: [],
    networks: { bridge: { ip: `172.17.0.${2 + (store.containers.size % 250)}`, aliases: [] } },
    mounts: [],
    restart: 'no',
    tty: false,
    user: '',
    workingDir: '/',
    hostname: id.slice(0, 12),
    autoRemove: false,
    limits: { nanoCpus: 0, memory: 0, pids: 0 },
    shells: ['/bin/sh', '/bin/ash'],
    load: { cpu: 0.08, memory: 48 * mebibyte },
    log: webLog(plan.name),
    changes: [],
    ...plan,
  }
  store.containers.set(id, container)
  return container
}

/** The labels that Compose gives, and its network. */
export function inProject(project: string, service: string, more: Record<string, string> = {}) {
  return {
    labels: {
      'com.docker.compose.project': project,
      'com.docker.compose.service': service,
      'com.docker.compose.container-number': '1',
      'com.docker.compose.project.working_dir': `/home/mia/src/${project}`,
      'com.docker.compose.project.config_files': `/home/mia/src/${project}/compose.yaml`,
      'com.docker.compose.version': '2.40.3',
      ...more,
    },
    networks: {
      [`${project}_default`]: { ip: `172.21.0.${2 + service.length}`, aliases: [service] },
    },
  }
}

/** On both address families, as the engine tells it. */
export function published(hostPort: number, containerPort: number): FakePort[] {
  const port = { PrivatePort: containerPort, PublicPort: hostPort, Type: 'tcp' as const }
  return [
    { IP: '0.0.0.0', ...port },
    { IP: '::', ...port },
  ]
}

export function exposed(containerPort: number): FakePort {
  return { PrivatePort: containerPort, Type: 'tcp' }
}

export interface ImagePlan {
  tags: string[]
  size: number
  sharedSize?: number
  age: number
  seed?: string
  layers?: FakeLayer[]
  labels?: Record<string, string>
  config?: Partial<FakeImage['config']>
}

export function addImage(store: EngineStore, plan: ImagePlan): FakeImage {
  const seed = plan.seed ?? plan.tags[0] ?? `dangling ${store.images.size}`
  const id = `sha256:${toId(`image ${seed}`)}`
  const repository = plan.tags[0]?.replace(/:[^/:]*$/, '')
  const image: FakeImage = {
    id,
    tags: plan.tags,
    digests: repository === undefined ? [] : [`${repository}@sha256:${toId(`digest ${seed}`)}`],
    size: plan.size,
    sharedSize: plan.sharedSize ?? 0,
    createdAt: Date.now() - plan.age,
    labels: plan.labels ?? {},
    layers: plan.layers ?? defaultLayers(plan.size),
    config: {
      entrypoint: [],
      command: ['/bin/sh'],
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      ports: [],
      ...plan.config,
    },
  }
  store.images.set(id, image)
  return image
}

function defaultLayers(size: number): FakeLayer[] {
  const comment = 'buildkit.dockerfile.v0'
  return [
    {
      createdBy: 'ADD alpine-minirootfs-3.22.1-x86_64.tar.gz / # buildkit',
      size: Math.round(size * 0.18),
      comment,
    },
    { createdBy: 'CMD ["/bin/sh"]', size: 0, comment },
    { createdBy: 'ENV PKG_RELEASE=1', size: 0, comment },
    {
      createdBy:
        'RUN /bin/sh -c set -x && addgroup -g 101 -S app && adduser -S -D -H -u 101 -h /var/cache/app -s /sbin/nologin -G app -g app app && apk add --no-cache tzdata curl ca-certificates # buildkit',
      size: Math.round(size * 0.72),
      comment,
    },
    { createdBy: 'COPY docker-entrypoint.sh / # buildkit', size: 4620, comment },
    {
      createdBy: 'COPY --chown=app:app dist/ /srv/app # buildkit',
      size: Math.round(size * 0.1),
      comment,
    },
    { createdBy: 'EXPOSE map[80/tcp:{}]', size: 0, comment },
    { createdBy: 'STOPSIGNAL SIGQUIT', size: 0, comment },
    { createdBy: 'CMD ["nginx" "-g" "daemon off;"]', size: 0, comment },
  ]
}

export function addVolume(store: EngineStore, name: string, age: number, size: number): void {
  const project = name.includes('_') ? name.split('_')[0] : undefined
  store.volumes.set(name, {
    name,
    driver: 'local',
    labels: project === undefined ? {} : { 'com.docker.compose.project': project },
    createdAt: Date.now() - age,
    size,
  })
}

export function addNetwork(store: EngineStore, name: string, subnet: string): void {
  store.networks.set(name, {
    id: toId(`network ${name}`),
    name,
    driver: name === 'host' ? 'host' : name === 'none' ? 'null' : 'bridge',
    subnet,
    internal: false,
    createdAt: Date.now() - 30 * day,
  })
}

/** The three that every engine has. */
export function addOwnNetworks(store: EngineStore): void {
  addNetwork(store, 'bridge', '172.17.0.0/16')
  addNetwork(store, 'host', '')
  addNetwork(store, 'none', '')
}
