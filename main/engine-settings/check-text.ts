import type { Node } from 'jsonc-parser'
import type { EngineProblem } from '#api'
import { keyRows, nearestKey } from './keys.ts'
import { placeOf } from './place.ts'
import { readJson } from './read-json.ts'
import { checkRelations } from './relations.ts'
import { membersOf, shorten, type Tell } from './rule.ts'
import { pathTo } from './path-to.ts'

export type EngineValues = Record<string, unknown>

export type CheckedText = { problems: EngineProblem[] } | { settings: EngineValues }

/**
 * What is wrong with a text of engine settings, or the settings. It is the first of two judges: the engine's own, which
 * knows no lines and lets pass much that it then does not start with, comes after it.
 */
export function checkText(text: string): CheckedText {
  const read = readJson(text)
  if ('problem' in read) return { problems: [read.problem] }
  const { root } = read
  const found: { offset: number; problem: EngineProblem }[] = []
  const tell: Tell = (node, code, params = {}) => {
    const { offset } = node
    found.push({ offset, problem: { ...placeOf(text, offset), path: pathTo(node), code, params } })
  }
  for (const { name, value } of membersOf(root)) {
    const key = String(name.value)
    const row = keyRows.get(key)
    if (row) row.rule(row.group === 'ours' ? name : value, tell)
    else tellUnknown(name, tell)
  }
  // What they mean together is asked once each of them is right.
  if (found.length === 0) checkRelations(root, tell)
  if (found.length === 0) return { settings: JSON.parse(text) as EngineValues }
  const sorted = found.toSorted((one, other) => one.offset - other.offset)
  return { problems: sorted.slice(0, mostProblems).map(({ problem }) => problem) }
}

function tellUnknown(name: Node, tell: Tell): void {
  const key = shorten(String(name.value))
  const near = nearestKey(String(name.value))
  if (near === undefined) tell(name, 'key-unknown', { key })
  else tell(name, 'key-near', { key, near })
}

/** More than anybody mends at once. */
const mostProblems = 50
