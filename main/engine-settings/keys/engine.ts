import { isCacheSize, isDuration, isHostPort, isLabel } from '../formats.ts'
import { flag, form, listOf, record, text, whole } from '../rule.ts'
import { keysOf, type KeyRow } from './key-row.ts'

const builds = keysOf('builds')
const { flagKey, choiceKey, formKey, listKey, jsonKey } = keysOf('engine')

const size = form(isCacheSize, '10GB')
const filter = form(
  (value) =>
    value.startsWith('unused-for=')
      ? isDuration(value.slice('unused-for='.length))
      : /^[\w.-]+(!?=|~=).+$/.test(value),
  'unused-for=48h',
)
const sizes = { reservedSpace: size, maxUsedSpace: size, minFreeSpace: size, keepStorage: size }
const gc = record({
  ...{ enabled: flag, policy: listOf(record({ ...sizes, all: flag, filter: listOf(filter) })) },
  ...{ defaultKeepStorage: size, defaultReservedSpace: size },
  ...{ defaultMaxUsedSpace: size, defaultMinFreeSpace: size },
})
const history = record({
  maxAge: form((value) => isDuration(value) || /^\d+$/.test(value), '48h'),
  maxEntries: whole(0, 1_000_000),
})
const entitlements = record({ 'network-host': flag, 'security-insecure': flag })

/** What builds keep. */
export const buildKeys: readonly KeyRow[] = [
  builds.jsonKey('builder', record({ gc, entitlements, history }), {
    standard: { gc: { enabled: true, defaultKeepStorage: '10GB' } },
  }),
]

/** The engine itself. */
export const engineKeys: readonly KeyRow[] = [
  flagKey('debug', false, { isLive: true }),
  // Below "info" it does not say that it listens, which is how the guest and its repairs know.
  choiceKey('log-level', ['info', 'debug']),
  listKey('labels', form(isLabel, 'name=value'), { isLive: true }),
  jsonKey('features', record({ buildkit: flag, cdi: flag })),
  flagKey('experimental', false),
  formKey('metrics-addr', (value) => isHostPort(value, true), '127.0.0.1:9323'),
  listKey('authorization-plugins', text),
]
