import { mapOf, text } from '../rule.ts'
import { keysOf, type KeyRow } from './key-row.ts'
import { logDrivers } from '../log-options.ts'

const { choiceKey, mapKey } = keysOf('logs')

/** What containers write. */
export const logKeys: readonly KeyRow[] = [
  choiceKey('log-driver', logDrivers, { standard: 'json-file' }),
  mapKey('log-opts', mapOf(text), { standard: { 'max-size': '20m', 'max-file': '3' } }),
]
