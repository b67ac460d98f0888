import { expect, test } from 'vitest'
import { type ListedContainer, toContainer } from '../../../../main/engine/container-shape.ts'

const listed = {
  Id: 'a'.repeat(64),
  Names: ['/web'],
  Image: 'nginx',
  ImageID: 'sha256:1',
  Command: 'nginx',
  Created: 1_700_000_000,
  State: 'running',
  Status: 'Up 2 minutes',
  Ports: [],
  Labels: {},
} as unknown as ListedContainer

test.each([
  ['Up 2 minutes', {}],
  ['Up 2 minutes (healthy)', { health: 'healthy' }],
  ['Up 2 minutes (unhealthy)', { health: 'unhealthy' }],
  ['Up 3 seconds (health: starting)', { health: 'starting' }],
  ['Up 2 minutes (Paused)', {}],
  ['Exited (0) 5 seconds ago', { exitCode: 0 }],
  ['Exited (137) 2 weeks ago', { exitCode: 137 }],
  ['Restarting (1) 4 seconds ago', { exitCode: 1 }],
  ['Created', {}],
])('the engine’s words “%s” tell %j', (Status, expected) => {
  const { exitCode, health } = toContainer({ ...listed, Status })
  expect(JSON.parse(JSON.stringify({ exitCode, health }))).toEqual(expected)
})

test('what the engine leaves null is empty', () => {
  const bare = { ...listed, Names: null, Labels: null, Mounts: null, NetworkSettings: null }
  expect(toContainer({ ...bare, Ports: null } as unknown as ListedContainer)).toMatchObject({
    name: 'a'.repeat(12),
    labels: {},
    mounts: [],
    networks: [],
    ports: [],
  })
})

test('networks, mounts and the project are told by their names', () => {
  const { networks, mounts, project, service } = toContainer({
    ...listed,
    Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' },
    NetworkSettings: { Networks: { shop_default: {}, extra: {} } },
    Mounts: [
      { Type: 'volume', Name: 'data', Source: '/var/lib/docker/volumes/data/_data' },
      { Type: 'bind', Source: '/home/mia' },
      { Type: 'tmpfs', Source: '' },
    ],
  })
  expect({ networks, mounts, project, service }).toEqual({
    networks: ['shop_default', 'extra'],
    mounts: ['data', '/home/mia'],
    project: 'shop',
    service: 'web',
  })
})
