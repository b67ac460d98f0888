import { expect, test } from 'vitest'
import type { RunSpec } from '#api'
import { toCreateRequest } from '../../../../main/engine/run-request.ts'
import { parseRunSpec } from '../../../../main/engine/run-spec.ts'

/** As it goes over the wire: what is undefined is left out. */
function toRequest(change: Partial<RunSpec>): { query: unknown; body: Record<string, unknown> } {
  const { query, body } = toCreateRequest(parseRunSpec({ image: 'nginx', ...change }))
  return JSON.parse(JSON.stringify({ query, body })) as ReturnType<typeof toRequest>
}

test('an image alone leaves all else to the engine', () => {
  expect(toRequest({})).toEqual({
    query: {},
    body: { Image: 'nginx', HostConfig: {} },
  })
})

test('a run becomes the engine’s request', () => {
  const { query, body } = toRequest({
    name: 'web',
    env: { A: '1', B: 'x=y' },
    ports: [
      { containerPort: 80, protocol: 'tcp', hostPort: 8080, hostIp: '127.0.0.1' },
      { containerPort: 80, protocol: 'tcp' },
    ],
    restart: 'always',
  })
  expect(query).toEqual({ name: 'web' })
  expect(body).toEqual({
    Image: 'nginx',
    Env: ['A=1', 'B=x=y'],
    ExposedPorts: { '80/tcp': {} },
    HostConfig: {
      PortBindings: {
        '80/tcp': [
          { HostIp: '127.0.0.1', HostPort: '8080' },
          { HostIp: '', HostPort: '' },
        ],
      },
      RestartPolicy: { Name: 'always' },
    },
  })
})

test.each<[Partial<RunSpec>, object]>([
  [{ entrypoint: [] }, { Entrypoint: [''] }],
  [{ entrypoint: ['/bin/sh', '-c'] }, { Entrypoint: ['/bin/sh', '-c'] }],
  [{ command: ['echo', 'a b'] }, { Cmd: ['echo', 'a b'] }],
  [
    { hostname: 'h', user: '1000:1000' },
    { Hostname: 'h', User: '1000:1000' },
  ],
  [
    { workdir: '/srv', labels: { a: 'b' } },
    { WorkingDir: '/srv', Labels: { a: 'b' } },
  ],
  [
    { tty: true, interactive: true },
    { Tty: true, OpenStdin: true },
  ],
  [
    { stopSignal: 'SIGINT', stopSeconds: 3 },
    { StopSignal: 'SIGINT', StopTimeout: 3 },
  ],
  [{ expose: ['80', '90-91/udp'] }, { ExposedPorts: { '80/tcp': {}, '90/udp': {}, '91/udp': {} } }],
  [{ health: { command: 'none' } }, { Healthcheck: { Test: ['NONE'] } }],
  [
    { health: { command: 'true', intervalSeconds: 1.5, retries: 2 } },
    { Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 1_500_000_000, Retries: 2 } },
  ],
  [
    { network: 'mine', networkAliases: ['db'], ip: '10.1.2.3', macAddress: '02:42:ac:11:00:02' },
    {
      NetworkingConfig: {
        EndpointsConfig: {
          mine: {
            Aliases: ['db'],
            IPAMConfig: { IPv4Address: '10.1.2.3' },
            MacAddress: '02:42:ac:11:00:02',
          },
        },
      },
    },
  ],
])('%j is in the container’s own part', (change, expected) => {
  expect(toRequest(change).body).toMatchObject(expected)
})

test.each<[Partial<RunSpec>, object]>([
  [{ publishAll: true }, { PublishAllPorts: true }],
  [{ network: 'host' }, { NetworkMode: 'host' }],
  [{ ip: '10.1.2.3' }, { NetworkMode: 'bridge' }],
  [{ addHost: ['a:1.2.3.4', 'b=::1'] }, { ExtraHosts: ['a:1.2.3.4', 'b:::1'] }],
  [{ dns: ['1.1.1.1'] }, { Dns: ['1.1.1.1'] }],
  [
    { restart: 'on-failure', restartRetries: 3 },
    { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } },
  ],
  [
    { autoRemove: true, init: true },
    { AutoRemove: true, Init: true },
  ],
  [
    { readOnly: true, privileged: true },
    { ReadonlyRootfs: true, Privileged: true },
  ],
  [
    { capAdd: ['NET_ADMIN'], capDrop: ['ALL'] },
    { CapAdd: ['NET_ADMIN'], CapDrop: ['ALL'] },
  ],
  [{ securityOpt: ['no-new-privileges'] }, { SecurityOpt: ['no-new-privileges'] }],
  [{ groupAdd: ['audio'] }, { GroupAdd: ['audio'] }],
  [
    { ipc: 'host', pid: 'host', userns: 'host', cgroupns: 'private' },
    { IpcMode: 'host', PidMode: 'host', UsernsMode: 'host', CgroupnsMode: 'private' },
  ],
  [{ runtime: 'runc' }, { Runtime: 'runc' }],
  [
    { logDriver: 'json-file', logOptions: { 'max-size': '1m' } },
    { LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } } },
  ],
  [
    { cpus: 1.5, cpusetCpus: '0-1', cpuShares: 512 },
    { NanoCpus: 1_500_000_000, CpusetCpus: '0-1', CpuShares: 512 },
  ],
  [
    { memoryBytes: 64, memorySwapBytes: -1, memoryReservationBytes: 32 },
    { Memory: 64, MemorySwap: -1, MemoryReservation: 32 },
  ],
  [
    { pidsLimit: 10, shmBytes: 1024 },
    { PidsLimit: 10, ShmSize: 1024 },
  ],
  [
    { ulimits: [{ name: 'nofile', soft: 1, hard: 2 }], sysctls: { 'net.core.somaxconn': '1' } },
    { Ulimits: [{ Name: 'nofile', Soft: 1, Hard: 2 }], Sysctls: { 'net.core.somaxconn': '1' } },
  ],
  [
    {
      mounts: [
        { kind: 'bind', source: '/a', target: '/b', readOnly: true },
        { kind: 'volume', source: 'v', target: '/c' },
        { kind: 'volume', target: '/d' },
        { kind: 'tmpfs', target: '/e' },
      ],
      volumesFrom: ['other:ro'],
    },
    {
      Mounts: [
        {
          Type: 'bind',
          Source: '/a',
          Target: '/b',
          ReadOnly: true,
          BindOptions: { CreateMountpoint: true },
        },
        { Type: 'volume', Source: 'v', Target: '/c' },
        { Type: 'volume', Target: '/d' },
        { Type: 'tmpfs', Target: '/e' },
      ],
      VolumesFrom: ['other:ro'],
    },
  ],
  [{ gpus: 'all' }, { DeviceRequests: [{ Count: -1, Capabilities: [['gpu']] }] }],
  [{ gpus: '2' }, { DeviceRequests: [{ Count: 2, Capabilities: [['gpu']] }] }],
  [
    { devices: ['/dev/x', '/dev/y:r', '/dev/z:/dev/q:rw', 'berth.dev/gpu=all'] },
    {
      Devices: [
        { PathOnHost: '/dev/x', PathInContainer: '/dev/x', CgroupPermissions: 'rwm' },
        { PathOnHost: '/dev/y', PathInContainer: '/dev/y', CgroupPermissions: 'r' },
        { PathOnHost: '/dev/z', PathInContainer: '/dev/q', CgroupPermissions: 'rw' },
      ],
      DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['berth.dev/gpu=all'] }],
    },
  ],
])('%j is in the part about the host', (change, expected) => {
  expect(toRequest(change).body['HostConfig']).toMatchObject(expected)
})

test('a platform is asked for in the address', () => {
  expect(toRequest({ platform: 'linux/arm64/v8' }).query).toEqual({ platform: 'linux/arm64/v8' })
})

test.each([
  [{ image: '' }, 'image'],
  [{}, 'image'],
  [{ image: 'a', name: '-x' }, 'name'],
  [{ image: 'a', ports: [{ containerPort: 0, protocol: 'tcp' }] }, 'ports.0.containerPort'],
  [
    { image: 'a', ports: [{ containerPort: 1, protocol: 'tcp', hostPort: 65536 }] },
    'ports.0.hostPort',
  ],
  [{ image: 'a', privilege: true }, 'privilege'],
  [{ image: 'a', env: { 'A=B': '1' } }, 'env.A=B'],
  [{ image: 'a', command: ['a\0b'] }, 'command.0'],
  [{ image: 'a', mounts: [{ kind: 'bind', source: 'relative', target: '/x' }] }, 'mounts.0.source'],
  [{ image: 'a', mounts: [{ kind: 'bind', target: '/x' }] }, 'mounts.0.source'],
  [{ image: 'a', mounts: [{ kind: 'volume', target: 'x' }] }, 'mounts.0.target'],
  [{ image: 'a', workdir: 'x' }, 'workdir'],
  [{ image: 'a', expose: ['80-79'] }, 'expose.0'],
  [{ image: 'a', restart: 'always', restartRetries: 3 }, 'restartRetries'],
  [{ image: 'a', restart: 'always', autoRemove: true }, 'autoRemove'],
  [{ image: 'a', health: { interval: 1 } }, 'health.interval'],
  [{ image: 'a', cpus: 0 }, 'cpus'],
  [{ image: 'a', gpus: 'some' }, 'gpus'],
  ['text', ''],
])('%j is refused by its first wrong field', (spec, field) => {
  expect(() => parseRunSpec(spec)).toThrow(
    expect.objectContaining({ code: 'input-invalid', params: { what: field, field } }),
  )
})
