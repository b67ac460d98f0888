import type {
  EndpointState,
  ErrorShape,
  MirrorEndpoint,
  MirroredRegistry,
  MirrorSetting,
  MirrorTest,
  ServedPull,
} from '#api'
import { type Endpoint, endpointKey, toMirrorEndpoint, toRegistryEndpoint } from './endpoint.ts'
import { toAskError, toServedError } from './fault-error.ts'
import type { EndpointFault, Health } from './health.ts'
import { knownRegistries, presets } from './presets.ts'
import type { Served, ServedHistory } from './served.ts'

const shownServed = 50

export interface Known {
  mirrors: readonly MirrorSetting[]
  health: Health
  served: ServedHistory
  /** By `endpointKey`. */
  tests: ReadonlyMap<string, MirrorTest>
  now: number
}

/** Every registry that Berth knows, and those that have a mirror. */
export function namesOf(mirrors: readonly MirrorSetting[]): string[] {
  return [...new Set([...knownRegistries, ...mirrors.map(({ registry }) => registry)])]
}

/** Every registry with who is asked for its images in which order. */
export function toRegistries(known: Known): MirroredRegistry[] {
  return namesOf(known.mirrors).map((registry) => ({
    registry,
    endpoints: [
      ...known.mirrors
        .filter((one) => one.registry === registry)
        .map((one) => toEndpoint(toMirrorEndpoint(one), { ...known, enabled: one.enabled })),
      toEndpoint(toRegistryEndpoint(registry), { ...known, enabled: true }),
    ],
  }))
}

function toEndpoint(endpoint: Endpoint, of: Known & { enabled: boolean }): MirrorEndpoint {
  const { registry, url } = endpoint
  const { restsUntil, row, faults } = of.health.of(endpoint)
  const test = of.tests.get(endpointKey(endpoint))
  const preset = presets.find((one) => one.url === url && one.registry === registry)
  const bytes = of.served.totalOf(endpoint)
  const state = toState({ enabled: of.enabled, rests: restsUntil > of.now, isUsed: bytes > 0 })
  return {
    ...{ url, kind: endpoint.isMirror ? 'mirror' : 'registry', enabled: of.enabled, state, bytes },
    ...(preset && { name: preset.name }),
    ...(state === 'resting' && { restsUntil }),
    ...(state === 'resting' && row[0] && { restsFor: toFaultError(row[0], url) }),
    faults: faults.map((one) => ({ at: one.at, error: toFaultError(one, url) })),
    ...(test && { test }),
  }
}

function toFaultError(fault: EndpointFault, url: string): ErrorShape {
  return toAskError(fault, url, [fault.detail]).toShape()
}

function toState(of: { enabled: boolean; rests: boolean; isUsed: boolean }): EndpointState {
  if (!of.enabled) return 'off'
  if (of.rests) return 'resting'
  return of.isUsed ? 'good' : 'unused'
}

export function toServed(list: readonly Served[]): ServedPull[] {
  return list.slice(0, shownServed).map(({ at, ms, route, bytes, failure }) => ({
    ...{ at, ms, ...route },
    from: [...bytes].map(([url, count]) => ({ url, bytes: count })),
    ...(failure && {
      error: toServedError(route.registry, failure).toShape(),
    }),
  }))
}
