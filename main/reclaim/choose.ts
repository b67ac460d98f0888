import { z } from 'zod'
import { AppError, type ReclaimChoice, reclaimKinds } from '#api'
import { findThing } from './find-thing.ts'
import type { PlannedStep } from './run.ts'
import type { SurveyedItem } from './survey.ts'

const choiceShape = z.object({
  kind: z.enum(reclaimKinds),
  only: z.array(z.string()).optional(),
})
/** These are done as a whole or not at all. */
const undivided: readonly string[] = ['build-cache', 'trim', 'caches']

/** @throws {AppError} `input-invalid` for what is no list of choices */
export function parseChoices(value: unknown): ReclaimChoice[] {
  const { data } = z.array(choiceShape).safeParse(value)
  if (!data) throw new AppError('input-invalid', { what: 'choices' })
  const wrong = data.find(({ kind, only }) => only && undivided.includes(kind))
  if (wrong) throw new AppError('input-invalid', { what: `${wrong.kind}:${wrong.only?.[0] ?? ''}` })
  return data.map(({ kind, only }) => ({ kind, ...(only && { only }) }))
}

/**
 * What was chosen of a plan, in the order in which it is done.
 * @throws {AppError} `input-invalid` for what the plan did not show
 */
export function chooseSteps(
  items: readonly SurveyedItem[],
  choices: readonly ReclaimChoice[],
): PlannedStep[] {
  const chosen = new Map(choices.map((choice) => [choice.kind, choice.only]))
  for (const kind of chosen.keys()) {
    if (!items.some((item) => item.kind === kind))
      throw new AppError('input-invalid', { what: kind })
  }
  return reclaimKinds.flatMap((kind) => {
    const item = items.find((one) => one.kind === kind)
    if (!item || !chosen.has(kind)) return []
    return [{ kind, things: pick(item, chosen.get(kind)) }]
  })
}

function pick({ kind, things }: SurveyedItem, only: readonly string[] | undefined) {
  if (only === undefined) return things
  const wanted = new Set(
    only.map((text) => {
      const thing = findThing(things, text)
      if (!thing) throw new AppError('input-invalid', { what: `${kind}:${text}` })
      return thing
    }),
  )
  return things.filter((thing) => wanted.has(thing))
}
