import { formatBytes, parseNumber, parseSize, parseSizeOrUnlimited, parseWhole } from './amounts.ts'
import { healthOptions } from './health-options.ts'
import { type SpecOption, amount, flag, list, pairs, text } from './option.ts'
import { ValueRefused } from './problems.ts'
import {
  entrypoint,
  mount,
  name,
  network,
  publish,
  restart,
  tmpfs,
  ulimit,
  volume,
} from './shaped-options.ts'

const bytes = { parse: parseSize, format: formatBytes, example: '512m' }
const whole = { parse: parseWhole }

/**
 * Every option of `docker run` that a RunSpec can say, in the order in which a command is written. The one place that
 * ties a flag to its field: parsing, writing and the form all read it.
 */
export const specOptions: readonly SpecOption[] = [
  name,
  flag('interactive', 'interactive', 'process', { aliases: ['i'] }),
  flag('tty', 'tty', 'process', { aliases: ['t'] }),
  flag('rm', 'autoRemove', 'process'),
  restart,
  publish,
  flag('publish-all', 'publishAll', 'network', { aliases: ['P'] }),
  list('expose', 'expose', 'network', { example: '8080/tcp' }),
  volume,
  mount,
  tmpfs,
  list('volumes-from', 'volumesFrom', 'storage', { example: 'other-container:ro' }),
  pairs('env', 'env', 'process', { aliases: ['e'] }),
  network,
  list('network-alias', 'networkAliases', 'network', { aliases: ['net-alias'], example: 'db' }),
  text('hostname', 'hostname', 'network', { aliases: ['h'], example: 'web-1' }),
  list('add-host', 'addHost', 'network', {
    parse: parseHost,
    example: 'host.docker.internal:host-gateway',
  }),
  list('dns', 'dns', 'network', { example: '1.1.1.1' }),
  text('ip', 'ip', 'network', { example: '172.20.0.10' }),
  text('mac-address', 'macAddress', 'network', { example: '02:42:ac:11:00:02' }),
  text('user', 'user', 'process', { aliases: ['u'], example: '1000:1000' }),
  list('group-add', 'groupAdd', 'process', { example: 'audio' }),
  text('workdir', 'workdir', 'process', { aliases: ['w'], example: '/app' }),
  entrypoint,
  flag('init', 'init', 'process'),
  text('stop-signal', 'stopSignal', 'process', { example: 'SIGINT' }),
  amount('stop-timeout', 'stopSeconds', 'process', { ...whole, example: '30' }),
  amount('cpus', 'cpus', 'limits', { parse: parseNumber, example: '1.5' }),
  text('cpuset-cpus', 'cpusetCpus', 'limits', { example: '0-2' }),
  amount('cpu-shares', 'cpuShares', 'limits', { ...whole, aliases: ['c'], example: '512' }),
  amount('memory', 'memoryBytes', 'limits', { ...bytes, aliases: ['m'] }),
  amount('memory-swap', 'memorySwapBytes', 'limits', {
    parse: parseSizeOrUnlimited,
    format: formatBytes,
    example: '1g',
  }),
  amount('memory-reservation', 'memoryReservationBytes', 'limits', { ...bytes, example: '256m' }),
  amount('pids-limit', 'pidsLimit', 'limits', { ...whole, example: '200' }),
  amount('shm-size', 'shmBytes', 'limits', { ...bytes, example: '64m' }),
  ulimit,
  list('device', 'devices', 'limits', { example: '/dev/snd' }),
  text('gpus', 'gpus', 'limits', { example: 'all' }),
  flag('privileged', 'privileged', 'security'),
  flag('read-only', 'readOnly', 'security'),
  list('cap-add', 'capAdd', 'security', { example: 'NET_ADMIN' }),
  list('cap-drop', 'capDrop', 'security', { example: 'ALL' }),
  list('security-opt', 'securityOpt', 'security', { example: 'no-new-privileges' }),
  pairs('sysctl', 'sysctls', 'security', { example: 'net.core.somaxconn=1024' }),
  text('ipc', 'ipc', 'security', { example: 'host' }),
  text('pid', 'pid', 'security', { example: 'host' }),
  text('userns', 'userns', 'security', { example: 'host' }),
  text('cgroupns', 'cgroupns', 'security', { example: 'private' }),
  ...healthOptions,
  pairs('label', 'labels', 'other', { aliases: ['l'], example: 'team=web' }),
  text('log-driver', 'logDriver', 'other', { example: 'json-file' }),
  pairs('log-opt', 'logOptions', 'other', { example: 'max-size=10m' }),
  text('platform', 'platform', 'other', { example: 'linux/amd64' }),
  text('runtime', 'runtime', 'other', { example: 'runc' }),
]

/** `name:address`, or as newer docs write it `name=address`. */
function parseHost(value: string): string {
  const [, host, address] = /^([^:=]+)[:=](.+)$/.exec(value) ?? []
  if (host === undefined || address === undefined) throw new ValueRefused('host')
  return `${host}:${address}`
}
