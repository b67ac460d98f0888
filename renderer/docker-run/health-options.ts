import type { RunSpec } from '#api'
import { parseDuration, parseWhole } from './amounts.ts'
import { ValueRefused } from './problems.ts'
import type { SpecOption } from './option.ts'

type Health = NonNullable<RunSpec['health']>

/** How a RunSpec says --no-healthcheck. */
const off = 'none'

const common = { takes: 'one', section: 'health' } as const

function duration(
  name: string,
  field: Exclude<keyof Health, 'command' | 'retries'>,
  example: string,
): SpecOption {
  return {
    ...common,
    name,
    example,
    read(spec, value) {
      spec.health = { ...spec.health, [field]: parseDuration(value) }
      return []
    },
    write: ({ health }) => (health?.[field] === undefined ? [] : [`${health[field]}s`]),
  }
}

export const healthOptions: readonly SpecOption[] = [
  {
    ...common,
    name: 'health-cmd',
    example: 'curl -f http://localhost/ || exit 1',
    read(spec, value) {
      if (value === '') throw new ValueRefused('needed')
      spec.health = { ...spec.health, command: value }
      return []
    },
    write: ({ health }) =>
      health?.command === undefined || health.command === off ? [] : [health.command],
  },
  duration('health-interval', 'intervalSeconds', '30s'),
  duration('health-timeout', 'timeoutSeconds', '5s'),
  duration('health-start-period', 'startSeconds', '10s'),
  {
    ...common,
    name: 'health-retries',
    example: '3',
    read(spec, value) {
      spec.health = { ...spec.health, retries: parseWhole(value) }
      return []
    },
    write: ({ health }) => (health?.retries === undefined ? [] : [String(health.retries)]),
  },
  {
    name: 'no-healthcheck',
    takes: 'nothing',
    section: 'health',
    read(spec, value) {
      if (value === 'true') spec.health = { command: off }
      return []
    },
    write: ({ health }) => (health?.command === off ? ['true'] : []),
  },
]
