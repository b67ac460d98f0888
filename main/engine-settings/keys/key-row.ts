import type { EngineKey, EngineKeyGroup, EngineKeyKind } from '#api'
import { flag, form, listOf, oneOf, type Rule, text, whole } from '../rule.ts'

/** One key with what its value has to be. */
export interface KeyRow extends EngineKey {
  rule: Rule
}

interface Facts {
  /** The value while it is not set. */
  standard?: unknown
  isLive?: true
  needsIdle?: true
  choices?: string[]
}

type Make = (key: string, rule: Rule, facts?: Facts) => KeyRow

/** Makes the rows of one group. */
export function keysOf(group: EngineKeyGroup) {
  const make =
    (kind: EngineKeyKind): Make =>
    (key, rule, { standard, isLive = false, needsIdle = false, choices } = {}) => ({
      ...{ key, group, kind, rule, isLive, needsIdle },
      ...(standard !== undefined && { standard: JSON.stringify(standard) }),
      ...(choices && { choices }),
    })
  return {
    flagKey: (key: string, standard: boolean, facts: Facts = {}) =>
      make('flag')(key, flag, { standard, ...facts }),
    wholeKey: (key: string, range: [number, number], facts?: Facts) =>
      make('number')(key, whole(...range), facts),
    choiceKey: (key: string, choices: string[], facts: Facts = {}) =>
      make('text')(key, oneOf(choices), { standard: choices[0], choices, ...facts }),
    textKey: (key: string, facts?: Facts) => make('text')(key, text, facts),
    formKey: (key: string, isOne: (value: string) => boolean, like: string, facts?: Facts) =>
      make('text')(key, form(isOne, like), facts),
    listKey: (key: string, rule: Rule, facts: Facts = {}) =>
      make('list')(key, listOf(rule), { standard: [], ...facts }),
    mapKey: make('map'),
    jsonKey: make('json'),
  }
}
