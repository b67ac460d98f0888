import { type ReclaimChoice, type ReclaimKind, type ReclaimPlan, reclaimKinds } from '#api'
import { findThing } from '../reclaim/find-thing.ts'
import type { Say } from '../words/words.ts'
import { UsageError } from './command.ts'

interface Asked {
  include?: string | undefined
  only?: string | undefined
}

/**
 * What is to be done of a plan: what is ticked and `include` besides, or `only` that. Both are names of kinds with commas
 * between, and `kind:thing` for one thing of a kind.
 * @throws {UsageError} for a name that is in none of it
 */
export function chooseByName(say: Say, plan: ReclaimPlan, { include, only }: Asked) {
  const chosen = new Map<string, ReclaimChoice>()
  if (only === undefined) {
    for (const { kind, ticked } of plan.items) if (ticked) chosen.set(kind, { kind })
  }
  for (const text of [...split(only), ...split(include)]) {
    const [name = '', thing] = text.split(/:(.*)/s)
    const kind = reclaimKinds.find((one) => one === name)
    if (!kind) {
      const names = reclaimKinds.join(', ')
      throw new UsageError(say('cli.reclaim.unknown', { name, names }))
    }
    if (thing !== undefined && !mayHave(plan, kind, thing))
      throw new UsageError(say('cli.reclaim.unknownThing', { kind, name: thing }))
    const before = chosen.get(kind)
    if (thing === undefined) chosen.set(kind, { kind })
    else if (!before || before.only)
      chosen.set(kind, { kind, only: [...(before?.only ?? []), thing] })
  }
  return [...chosen.values()]
}

/** The plan shows the largest things of a kind: whether one that it does not show is there is known where it was made. */
function mayHave({ items }: ReclaimPlan, kind: ReclaimKind, name: string): boolean {
  const { things = [], count = 0 } = items.find((item) => item.kind === kind) ?? {}
  return things.length < count || findThing(things, name) !== undefined
}

function split(text = ''): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
