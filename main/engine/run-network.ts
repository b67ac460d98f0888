import { isIPv6 } from 'node:net'
import type { RunSpec } from '#api'
import { parseExpose } from './run-spec-network.ts'

interface Binding {
  HostIp: string
  HostPort: string
}

/** The ports of a run: what it exposes, and which of these are published where. */
export function toPortBindings({ ports, expose, publishAll }: RunSpec) {
  const bindings: Record<string, Binding[]> = {}
  for (const { containerPort, protocol, hostPort, hostIp } of ports ?? []) {
    const key = `${containerPort}/${protocol}`
    const binding = { HostIp: hostIp ?? '', HostPort: hostPort ? String(hostPort) : '' }
    bindings[key] = [...(bindings[key] ?? []), binding]
  }
  const keys = [
    ...Object.keys(bindings),
    ...(expose ?? []).flatMap((text) => parseExpose(text) ?? []),
  ]
  return {
    exposed: ports || expose ? Object.fromEntries(keys.map((key) => [key, {}])) : undefined,
    host: { PortBindings: ports && bindings, PublishAllPorts: publishAll },
  }
}

/** Where a run is attached. An address, a MAC and other names belong to its place in the network, which then is named. */
export function toNetworking(spec: RunSpec) {
  const { network, networkAliases, ip, macAddress } = spec
  const hasPlace = networkAliases !== undefined || ip !== undefined || macAddress !== undefined
  const name = network ?? (hasPlace ? 'bridge' : undefined)
  const place = {
    Aliases: networkAliases,
    MacAddress: macAddress,
    IPAMConfig:
      ip === undefined ? undefined : isIPv6(ip) ? { IPv6Address: ip } : { IPv4Address: ip },
  }
  return {
    host: {
      NetworkMode: name,
      // The engine knows `name:address` alone; the command line knows both.
      ExtraHosts: spec.addHost?.map((line) => line.replace(/^([^:=]+)=/, '$1:')),
      Dns: spec.dns,
    },
    config: hasPlace && name ? { EndpointsConfig: { [name]: place } } : undefined,
  }
}
