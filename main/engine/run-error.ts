import { AppError, type RunSpec } from '#api'

/** Which field of a run the engine's refusal is about, by its words; see daemon/create.go and runconfig of moby. */
const fieldByWords: [RegExp, (spec: RunSpec, message: string) => string][] = [
  [
    /network \S+ not found|network-scoped alias|user specified IP|invalid network/i,
    () => 'network',
  ],
  [
    /invalid mount|mount path|bind source path|invalid volume|volume name|mounts? denied|duplicate mount/i,
    toMountField,
  ],
  [/range of cpus|cpu(?:s| )/i, (spec) => (spec.cpusetCpus === undefined ? 'cpus' : 'cpusetCpus')],
  [/minimum memory|memory limit|memory reservation/i, () => 'memoryBytes'],
  [/memoryswap|memory swap/i, () => 'memorySwapBytes'],
  [/unable to find user|no matching entries in passwd|unable to find group/i, () => 'user'],
  [/working directory|no such directory/i, () => 'workdir'],
  [
    /executable file not found|exec: |no such file or directory: unknown|permission denied: unknown/i,
    (spec) => (spec.entrypoint?.length ? 'entrypoint' : 'command'),
  ],
  [/no command specified/i, () => 'command'],
  [/could not select device driver/i, () => 'gpus'],
  [/gathering device information|error adding device/i, () => 'devices'],
  [/logging driver|log[- ]opt|log driver/i, () => 'logDriver'],
  [/unknown or invalid runtime|unknown runtime/i, () => 'runtime'],
  [/sysctl/i, () => 'sysctls'],
  [/mac address|mac-address/i, () => 'macAddress'],
  [/capabilit/i, () => 'capAdd'],
  [/security[- ]opt/i, () => 'securityOpt'],
  [/platform/i, () => 'platform'],
  [/invalid signal|stop signal/i, () => 'stopSignal'],
  [/restart policy|maximum retry count/i, () => 'restart'],
]

/** The failure of a run, with the `field` of the RunSpec that it is about where that is known. */
export function runError(error: unknown, spec: RunSpec): unknown {
  if (!(error instanceof AppError)) return error
  const field = fieldOf(error, spec)
  if (field === undefined) return error
  const params = { ...error.params, field }
  return new AppError(error.code, params, { cause: error, details: error.details })
}

function fieldOf({ code, params }: AppError, spec: RunSpec): string | undefined {
  if (code === 'container-name-taken') return 'name'
  if (code === 'image-not-found' || code === 'image-name-invalid') return 'image'
  if (code === 'port-taken') {
    const port = Number(params['port'])
    const index = spec.ports?.findIndex(({ hostPort }) => hostPort === port) ?? -1
    return index < 0 ? 'ports' : `ports.${index}.hostPort`
  }
  if (code === 'folder-not-shared') return toMountField(spec, String(params['path']))
  if (code === 'container-missing') return toSharedField(spec, String(params['name']))
  if (code !== 'engine-refused') return undefined
  const message = String(params['message'])
  return fieldByWords.find(([words]) => words.test(message))?.[1](spec, message)
}

/** What was to be shared with a container that is not there. */
function toSharedField(spec: RunSpec, name: string): string | undefined {
  if (spec.volumesFrom?.some((text) => text.split(':')[0] === name)) return 'volumesFrom'
  const fields = ['network', 'ipc', 'pid'] as const
  return fields.find((field) => spec[field] === `container:${name}`)
}

/** The last mount that the engine names: of two at the same place, the second is the one too many. */
function toMountField({ mounts = [] }: RunSpec, message: string): string {
  const isNamed = (path: string | undefined) => path !== undefined && message.includes(path)
  const index = mounts.findLastIndex(({ source, target }) => isNamed(source) || isNamed(target))
  return index < 0 ? 'mounts' : `mounts.${index}`
}
