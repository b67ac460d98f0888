import { type Call, sendJson } from './answers.ts'
import { toTime } from './durations.ts'

const version = { Version: '28.5.2', ApiVersion: '1.51' }

export function sendPing({ response, request }: Call): void {
  response.writeHead(200, {
    'content-type': 'text/plain; charset=utf-8',
    'api-version': version.ApiVersion,
    ostype: 'linux',
  })
  response.end(request.method === 'HEAD' ? undefined : 'OK')
}

export function sendVersion(call: Call): void {
  sendJson(call, { ...version, MinAPIVersion: '1.24', Os: 'linux', Arch: 'amd64' })
}

export function sendInfo(call: Call): void {
  const { containers, images } = call.store
  const count = (state: string) =>
    containers
      .values()
      .filter((container) => container.state === state)
      .toArray().length
  sendJson(call, {
    ID: '0d6f3c1e-berth',
    Containers: containers.size,
    ContainersRunning: count('running'),
    ContainersPaused: count('paused'),
    ContainersStopped: count('exited'),
    Images: images.size,
    Driver: 'overlayfs',
    NCPU: 2,
    MemTotal: 2 * 1024 ** 3,
    ServerVersion: version.Version,
    OperatingSystem: 'Berth',
  })
}

export function listVolumes(call: Call): void {
  const volumes = [...call.store.volumes.values()]
  const Volumes = volumes.map(({ name, driver, labels, createdAt, options }) => ({
    Name: name,
    Driver: driver,
    Labels: labels,
    CreatedAt: toTime(createdAt),
    Mountpoint: `/var/lib/docker/volumes/${name}/_data`,
    Options: options ?? null,
    Scope: 'local',
  }))
  sendJson(call, { Volumes, Warnings: null })
}

export function listNetworks(call: Call): void {
  const networks = [...call.store.networks.values()].map((network) => ({
    Name: network.name,
    Id: network.id,
    Created: toTime(network.createdAt),
    Scope: 'local',
    Driver: network.driver,
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Options: null,
      Config: network.subnet === '' ? [] : [{ Subnet: network.subnet }],
    },
    Internal: network.internal,
    Attachable: false,
    Ingress: false,
    Options: {},
    Labels: {},
  }))
  sendJson(call, networks)
}
