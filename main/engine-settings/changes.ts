import { isDeepStrictEqual } from 'node:util'
import type { EngineChange, EngineSettingsCheck } from '#api'
import type { EngineValues } from './check-text.ts'
import { keyRows } from './keys.ts'

/** Each key whose value differs, whatever the texts look like. */
export function findChanges(before: EngineValues, after: EngineValues): EngineChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys
    .filter((key) => !isDeepStrictEqual(before[key], after[key]))
    .toSorted()
    .map((key) => ({
      key,
      ...(Object.hasOwn(before, key) && { before: JSON.stringify(before[key]) }),
      ...(Object.hasOwn(after, key) && { after: JSON.stringify(after[key]) }),
    }))
}

/** Those that a start of the engine under running containers leaves as they were. */
export function whatIsHeld(changes: readonly EngineChange[]): string[] {
  return changes.map(({ key }) => key).filter((key) => keyRows.get(key)?.needsIdle === true)
}

/** What a running engine has to do for them. */
export function whatItTakes(
  changes: readonly EngineChange[],
): Exclude<EngineSettingsCheck['takes'], 'next-start'> {
  if (changes.length === 0) return 'nothing'
  return changes.every(({ key }) => keyRows.get(key)?.isLive === true) ? 'reload' : 'restart'
}
