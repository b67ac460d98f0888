import type { EngineKey } from '#api'
import { containerKeys } from './keys/containers.ts'
import { buildKeys, engineKeys } from './keys/engine.ts'
import { imageKeys } from './keys/images.ts'
import type { KeyRow } from './keys/key-row.ts'
import { logKeys } from './keys/logs.ts'
import { nameKeys, networkKeys } from './keys/network.ts'
import { ourKeys } from './keys/ours.ts'

/** Every key that a Docker Engine 28 on Linux knows, in the order of a form. */
const rows: readonly KeyRow[] = [
  ...imageKeys,
  ...containerKeys,
  ...logKeys,
  ...networkKeys,
  ...nameKeys,
  ...buildKeys,
  ...engineKeys,
  ...ourKeys,
]

export const keyRows: ReadonlyMap<string, KeyRow> = new Map(rows.map((row) => [row.key, row]))

/** As they cross to a form. */
export const engineKeyList: readonly EngineKey[] = rows.map((row): EngineKey => {
  const { key, group, kind, isLive, needsIdle, choices, standard } = row
  return {
    ...{ key, group, kind, isLive, needsIdle },
    ...(choices && { choices }),
    ...(standard !== undefined && { standard }),
  }
})

/** The key that was meant, if one letter tells them apart or an `s` at its end. */
export function nearestKey(name: string): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]|s$/g, '')
  return [...keyRows.keys()].find((key) => plain(key) === plain(name) || isOneOff(key, name))
}

/** One letter too many, too few, or another. */
function isOneOff(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one]
  if (long.length - short.length > 1) return false
  let at = 0
  while (at < short.length && short[at] === long[at]) at += 1
  return short.slice(short.length === long.length ? at + 1 : at) === long.slice(at + 1)
}
