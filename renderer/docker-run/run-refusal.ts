import type { AppError, RunSpec } from '#api'

const fields: readonly [RegExp, string][] = [
  [/^ports\.(\d+)/, 'ports.'],
  [/^mounts\.(\d+)/, 'mounts.'],
]

/** Fields of a spec that are not called like their flag. */
const flags: Readonly<Record<string, string>> = {
  autoRemove: 'rm',
  networkAliases: 'network-alias',
  macAddress: 'mac-address',
  memoryBytes: 'memory',
  memorySwapBytes: 'memory-swap',
  memoryReservationBytes: 'memory-reservation',
  shmBytes: 'shm-size',
  stopSeconds: 'stop-timeout',
  stopSignal: 'stop-signal',
  devices: 'device',
  ulimits: 'ulimit',
  sysctls: 'sysctl',
  labels: 'label',
  logDriver: 'log-driver',
  logOptions: 'log-opt',
  restartRetries: 'restart',
  cpusetCpus: 'cpuset-cpus',
  cpuShares: 'cpu-shares',
  pidsLimit: 'pids-limit',
  capAdd: 'cap-add',
  capDrop: 'cap-drop',
  securityOpt: 'security-opt',
  addHost: 'add-host',
  groupAdd: 'group-add',
  volumesFrom: 'volumes-from',
  publishAll: 'publish-all',
  readOnly: 'read-only',
  env: 'env.0',
}

/** The field of the form that a refusal belongs to; undefined when it belongs to none. */
export function toRefusedField({ code, params }: AppError, spec: RunSpec): string | undefined {
  const field = params['field'] ?? (code === 'input-invalid' ? params['what'] : undefined)
  if (typeof field === 'string' && field !== '') return toField(field)
  if (code === 'image-not-found' || code === 'image-name-invalid') return 'image'
  if (code === 'container-name-taken') return 'name'
  if (code === 'port-taken') return toPortField(Number(params['port']), spec)
  if (code !== 'engine-refused') return undefined
  return fromProse(String(params['message'] ?? ''), spec)
}

function toField(path: string): string {
  for (const [pattern, prefix] of fields) {
    const index = pattern.exec(path)?.[1]
    if (index !== undefined) return prefix + index
  }
  const [name = ''] = path.split('.')
  return flags[name] ?? name
}

function toPortField(port: number, { ports = [] }: RunSpec): string {
  const index = ports.findIndex(({ hostPort }) => hostPort === port)
  return `ports.${Math.max(0, index)}`
}

/** What the engine says in words only. */
function fromProse(message: string, { mounts = [] }: RunSpec): string | undefined {
  if (/network \S+ not found/i.test(message)) return 'network'
  if (/executable file not found|exec: "/i.test(message)) return 'command'
  const mount = mounts.findIndex(
    ({ source, target }) =>
      message.includes(target) || (source !== undefined && message.includes(source)),
  )
  if (/mount|bind source|volume/i.test(message) && mount >= 0) return `mounts.${mount}`
  if (/memory limit|minimum memory/i.test(message)) return 'memory'
  if (/CPUs? available|range of CPUs/i.test(message)) return 'cpus'
  if (/platform/i.test(message)) return 'platform'
  return undefined
}
