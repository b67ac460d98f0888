import { posix } from 'node:path'
import { z } from 'zod'
import type { ComposeRisk, ComposeRiskKind } from '#api'

const words = z.array(z.string()).nullish()
const hooks = z.array(z.looseObject({ privileged: z.boolean().optional() })).nullish()
const service = z.looseObject({
  privileged: z.boolean().optional(),
  use_api_socket: z.boolean().optional(),
  network_mode: z.string().optional(),
  pid: z.string().optional(),
  ipc: z.string().optional(),
  userns_mode: z.string().optional(),
  uts: z.string().optional(),
  cgroup: z.string().optional(),
  post_start: hooks,
  pre_stop: hooks,
  device_cgroup_rules: words,
  cap_add: words,
  security_opt: words,
  devices: z.array(z.unknown()).nullish(),
  provider: z.unknown().optional(),
  build: z
    .looseObject({
      context: z.string().optional(),
      additional_contexts: z.record(z.string(), z.string()).optional(),
      privileged: z.boolean().optional(),
      network: z.string().optional(),
      entitlements: words,
    })
    .nullish(),
  volumes: z.array(z.looseObject({ type: z.string(), source: z.string().optional() })).nullish(),
})
const files = z.record(z.string(), z.looseObject({ file: z.string().optional() })).nullish()

/** The parts of a file that can ask for more than containers usually get. */
export const riskyConfig = z.looseObject({
  services: z.record(z.string(), service).nullish(),
  volumes: z
    .record(
      z.string(),
      z.looseObject({ driver_opts: z.record(z.string(), z.string()).nullish() }).nullish(),
    )
    .nullish(),
  secrets: files,
  configs: files,
})
export type RiskyConfig = z.infer<typeof riskyConfig>

/** The same file as it is written: where Compose fills in, it puts a file's variables in place of its path. */
export const writtenConfig = z.looseObject({
  services: z
    .record(
      z.string(),
      z.looseObject({
        env_file: z.array(z.looseObject({ path: z.string() })).nullish(),
        label_file: words,
      }),
    )
    .nullish(),
})
export type WrittenConfig = z.infer<typeof writtenConfig>
type RiskyService = z.infer<typeof service>

export interface RiskPlaces {
  /** The project's folder as the guest knows it. */
  directory: string
  /** Names of the engine's socket. */
  engineSockets: readonly string[]
  /** The guest's path as the host's. */
  toHost: (path: string) => string
  /** Whether a path in the project's folder is elsewhere really, by a link. */
  leadsOut?: (path: string) => boolean
}

/** What is worth a look before such a file is brought up for the first time. */
export function findRisks(
  config: RiskyConfig,
  written: WrittenConfig,
  places: RiskPlaces,
): ComposeRisk[] {
  const { services, secrets, configs } = config
  return [
    ...Object.entries(services ?? {}).flatMap(([name, parts]) => ofService(name, parts, places)),
    ...Object.values(config.volumes ?? {}).flatMap((volume) => {
      const device = volume?.driver_opts?.['device']
      return device?.startsWith('/') === true ? ofPath('', 'folder-outside', device, places) : []
    }),
    ...[...Object.values(secrets ?? {}), ...Object.values(configs ?? {})].flatMap(({ file }) =>
      file === undefined ? [] : ofPath('', 'secret-outside', file, places),
    ),
    ...Object.entries(written.services ?? {}).flatMap(([name, { env_file, label_file }]) =>
      [...(env_file ?? []).map(({ path }) => path), ...(label_file ?? [])].flatMap((path) =>
        ofVariables(name, path, places),
      ),
    ),
  ]
}

/** What a variable stands for in a path is not known here: it may lead anywhere. */
function ofVariables(service: string, path: string, places: RiskPlaces): ComposeRisk[] {
  const kind = 'variables-outside'
  if (!path.includes('$')) return ofPath(service, kind, path, places)
  return [{ kind, service, what: path.replace(`${places.directory}/`, '') }]
}

function ofService(name: string, parts: RiskyService, places: RiskPlaces): ComposeRisk[] {
  const risk = (kind: ComposeRiskKind, what = ''): ComposeRisk => ({ kind, service: name, what })
  const { pid, ipc, userns_mode, uts, cgroup, build } = parts
  const shared = [pid, ipc, userns_mode, uts, cgroup].some((mode) => mode === 'host')
  const networks = [parts.network_mode, build?.network]
  const hooks = [...(parts.post_start ?? []), ...(parts.pre_stop ?? [])]
  const privileged = [parts, build, ...hooks].some((one) => one?.privileged === true)
  return [
    ...(privileged ? [risk('privileged')] : []),
    ...(parts.use_api_socket === true ? [risk('engine-socket')] : []),
    ...(networks.includes('host') ? [risk('host-network')] : []),
    ...(shared ? [risk('host-processes')] : []),
    ...(parts.cap_add ?? []).map((capability) => risk('capability', capability)),
    ...(parts.security_opt ?? [])
      .filter((option) => /unconfined|disable/.test(option))
      .map((option) => risk('unconfined', option)),
    ...(parts.devices ?? []).map((device) => risk('device', toDevice(device))),
    ...(parts.device_cgroup_rules ?? []).map((rule) => risk('device', rule)),
    ...(build?.entitlements ?? []).map((entitlement) => risk('unconfined', entitlement)),
    ...(parts.provider === undefined || parts.provider === null ? [] : [risk('provider')]),
    ...ofBuild(name, build, places),
    ...(parts.volumes ?? []).flatMap(({ type, source = '' }) =>
      type === 'bind' ? ofPath(name, 'folder-outside', source, places) : [],
    ),
  ]
}

function ofBuild(name: string, build: RiskyService['build'], places: RiskPlaces): ComposeRisk[] {
  const contexts = [build?.context, ...Object.values(build?.additional_contexts ?? {})]
  return contexts.flatMap((context) => {
    if (context === undefined || context.startsWith('service:')) return []
    if (context.startsWith('/')) return ofPath(name, 'build-outside', context, places)
    // Fetched from elsewhere.
    return [{ kind: 'build-outside', service: name, what: context }]
  })
}

function ofPath(
  service: string,
  kind: ComposeRiskKind,
  written: string,
  { directory, engineSockets, toHost, leadsOut }: RiskPlaces,
): ComposeRisk[] {
  // Compose leaves the options of volumes as they are written.
  const path = posix.normalize(written)
  const what = toHost(path)
  if (engineSockets.includes(path)) return [{ kind: 'engine-socket', service, what }]
  const isNamedIn = path === directory || path.startsWith(`${directory.replace(/\/$/, '')}/`)
  return isNamedIn && leadsOut?.(path) !== true ? [] : [{ kind, service, what }]
}

function toDevice(device: unknown): string {
  if (typeof device === 'string') return device
  const { source } = z.looseObject({ source: z.string() }).safeParse(device).data ?? {}
  return source ?? ''
}
