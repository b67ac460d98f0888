import type { RunSpec } from '#api'
import { parseWhole } from './amounts.ts'
import { type ReadMount, formatMount, parseMount, parseTmpfs, parseVolume } from './mounts.ts'
import type { SpecOption } from './option.ts'
import { formatPublish, parsePublish } from './ports.ts'
import { ValueRefused } from './problems.ts'

/** The engine's own rule for names (moby, daemon/names). */
const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/

export const name: SpecOption = {
  name: 'name',
  takes: 'one',
  section: 'process',
  example: 'web',
  read(spec, value) {
    if (!namePattern.test(value)) throw new ValueRefused('name')
    spec.name = value
    return []
  },
  write: (spec) => (spec.name === undefined ? [] : [spec.name]),
}

const policies = ['no', 'always', 'unless-stopped', 'on-failure'] as const

export const restart: SpecOption = {
  name: 'restart',
  takes: 'one',
  section: 'process',
  example: 'unless-stopped',
  read(spec, value) {
    const [word, retries] = value.split(':')
    const policy = policies.find((known) => known === word)
    if (!policy || (retries !== undefined && policy !== 'on-failure'))
      throw new ValueRefused('restart')
    spec.restart = policy
    delete spec.restartRetries
    if (retries !== undefined) spec.restartRetries = parseWhole(retries)
    return []
  },
  write({ restart: policy, restartRetries: retries }) {
    if (policy === undefined) return []
    return [policy === 'on-failure' && retries !== undefined ? `${policy}:${retries}` : policy]
  },
}

export const publish: SpecOption = {
  name: 'publish',
  aliases: ['p'],
  takes: 'many',
  section: 'network',
  example: '8080:80',
  read(spec, value) {
    spec.ports = [...(spec.ports ?? []), ...parsePublish(value)]
    return []
  },
  write: (spec) => (spec.ports ?? []).map(formatPublish),
}

function mountOption(
  names: Pick<SpecOption, 'name' | 'aliases' | 'example'>,
  written: string,
  parse: (value: string) => ReadMount,
): SpecOption {
  const read = (spec: RunSpec, value: string) => {
    const { mount: found, dropped } = parse(value)
    spec.mounts = [...(spec.mounts ?? []), found]
    return dropped
  }
  const write = (spec: RunSpec) =>
    (spec.mounts ?? [])
      .map(formatMount)
      .filter(([option]) => option === written)
      .map(([, value]) => value)
  return { ...names, takes: 'many', section: 'storage', read, write }
}

export const volume = mountOption(
  { name: 'volume', aliases: ['v'], example: 'data:/var/lib/data' },
  '-v',
  parseVolume,
)
export const mount = mountOption(
  { name: 'mount', example: 'type=bind,source=/srv,target=/srv,readonly' },
  '--mount',
  parseMount,
)
export const tmpfs = mountOption({ name: 'tmpfs', example: '/run' }, '--tmpfs', parseTmpfs)

export const network: SpecOption = {
  name: 'network',
  aliases: ['net'],
  takes: 'one',
  section: 'network',
  example: 'backend',
  read(spec, value) {
    if (value === '') throw new ValueRefused('needed')
    if (!/^name=|,/.test(value)) {
      spec.network = value
      return []
    }
    return readLongNetwork(spec, value)
  },
  write: (spec) => (spec.network === undefined ? [] : [spec.network]),
}

/** `name=backend,alias=db,ip=172.20.0.5` */
function readLongNetwork(spec: RunSpec, value: string): string[] {
  const dropped: string[] = []
  for (const part of value.split(',')) {
    const [, key, text = ''] = /^([^=]+)=(.*)$/.exec(part) ?? []
    if (key === 'name') spec.network = text
    else if (key === 'alias') spec.networkAliases = [...(spec.networkAliases ?? []), text]
    else if (key === 'ip') spec.ip = text
    else if (key === 'mac-address') spec.macAddress = text
    else dropped.push(part)
  }
  if (!spec.network) throw new ValueRefused('needed')
  return dropped
}

/** An empty one clears the image's. The command line has room for one word: the others lead the command. */
export const entrypoint: SpecOption = {
  name: 'entrypoint',
  takes: 'one',
  section: 'process',
  example: '/bin/sh',
  read(spec, value) {
    spec.entrypoint = value === '' ? [] : [value]
    return []
  },
  write: (spec) => (spec.entrypoint === undefined ? [] : [spec.entrypoint[0] ?? '']),
}

export const ulimit: SpecOption = {
  name: 'ulimit',
  takes: 'many',
  section: 'limits',
  example: 'nofile=1024:4096',
  read(spec, value) {
    const [, limit, soft, , hard] = /^([a-z]+)=(-?\d+)(:(-?\d+))?$/.exec(value.trim()) ?? []
    if (limit === undefined || soft === undefined) throw new ValueRefused('ulimit')
    const entry = { name: limit, soft: Number(soft), hard: Number(hard ?? soft) }
    spec.ulimits = [...(spec.ulimits ?? []), entry]
    return []
  },
  write: (spec) =>
    (spec.ulimits ?? []).map(({ name: limit, soft, hard }) => `${limit}=${soft}:${hard}`),
}
