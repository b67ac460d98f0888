import type { Container, Image, PortMapping } from '#api'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const imageIds = {
  'nginx:1.29-alpine': 'a1',
  'postgres:17': 'b2',
  'ghcr.io/acme/shop-api:2.4.1': 'c3',
  'redis:8-alpine': 'd4',
  'busybox:latest': 'e5',
} as const

export function sampleImages(): Image[] {
  const sizes = [52_400_000, 438_000_000, 191_300_000, 60_600_000, 4_430_000]
  const tagged = Object.entries(imageIds).map(([tag, id], index) => ({
    id: toId(id),
    tags: tag.startsWith('nginx') ? [tag, 'nginx:latest'] : [tag],
    size: sizes[index] ?? 0,
    createdAt: Date.now() - (index * 9 + 2) * day,
  }))
  return [
    ...tagged,
    { id: toId('f6'), tags: [], size: 88_100_000, createdAt: Date.now() - 41 * day },
  ]
}

export function sampleContainers(): Container[] {
  return [
    sample('web', 'nginx:1.29-alpine', 2 * minute, {
      ports: [published(8080, 80), { ...published(8080, 80), hostIp: '::' }, published(8443, 443)],
    }),
    sample('shop-api-1', 'ghcr.io/acme/shop-api:2.4.1', 3 * hour, {
      project: 'shop',
      service: 'api',
      ports: [published(3000, 3000)],
    }),
    sample('shop-db-1', 'postgres:17', 3 * hour, {
      project: 'shop',
      service: 'db',
      ports: [{ containerPort: 5432, protocol: 'tcp' }],
    }),
    sample('shop-cache-1', 'redis:8-alpine', 3 * hour, {
      project: 'shop',
      service: 'cache',
      state: 'paused',
      status: 'Up 3 hours (Paused)',
      ports: [{ containerPort: 6379, protocol: 'tcp' }],
    }),
    sample('nightly-report', 'ghcr.io/acme/shop-api:2.4.1', 26 * hour, {
      state: 'exited',
      status: 'Exited (1) 26 hours ago',
    }),
    sample('flaky', 'busybox:latest', 5 * day, {
      state: 'restarting',
      status: 'Restarting (137) 4 seconds ago',
    }),
    sample('one-off', 'busybox:latest', 12 * day, {
      state: 'exited',
      status: 'Exited (0) 12 days ago',
    }),
  ]
}

function sample(
  name: string,
  image: keyof typeof imageIds,
  age: number,
  rest: Partial<Container>,
): Container {
  return {
    id: toId(name),
    name,
    image,
    imageId: toId(imageIds[image]),
    command: '/docker-entrypoint.sh',
    state: 'running',
    status: 'Up 2 minutes',
    createdAt: Date.now() - age,
    ports: [],
    ...rest,
  }
}

function published(hostPort: number, containerPort: number): PortMapping {
  return { hostIp: '0.0.0.0', hostPort, containerPort, protocol: 'tcp' }
}

function toId(seed: string) {
  return Buffer.from(seed).toString('hex').padEnd(64, '0')
}
