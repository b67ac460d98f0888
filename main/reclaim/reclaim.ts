import { randomUUID } from 'node:crypto'
import {
  AppError,
  type ErrorShape,
  type ReclaimApi,
  type ReclaimChoice,
  type ReclaimItem,
  type ReclaimPlan,
  type ReclaimReturns,
  type ReclaimRun,
  stream,
} from '#api'
import { readEngineUsage } from './engine-usage.ts'
import { parseGuestUsage } from './guest-usage.ts'
import { createNewest } from './newest.ts'
import { type PlannedStep, runSteps } from './run.ts'
import { survey, type SurveyedItem } from './survey.ts'
import { chooseSteps, parseChoices } from './choose.ts'
import { askGuest, readHost, type WorkParts } from './work.ts'

/** Plans that can still be done; an older one is made anew. */
const keptPlans = 16
/** Of each item; the rest is told by its count. */
const shownThings = 200

export interface ReclaimParts extends WorkParts {
  returns: ReclaimReturns
  toShape: (error: unknown) => ErrorShape
}

interface KeptPlan {
  plannedAt: number
  items: SurveyedItem[]
}

/** Wins back the space that the machine takes of this computer: first a plan, then what was chosen of it. */
export class Reclaim implements ReclaimApi {
  readonly #parts: ReclaimParts
  readonly #plans = new Map<string, KeptPlan>()
  #isBusy = false

  constructor(parts: ReclaimParts) {
    this.#parts = parts
  }

  async plan(): Promise<ReclaimPlan> {
    const { client, machine, returns } = this.#parts
    const plannedAt = Date.now()
    const [guest, engine] = await Promise.all([
      askGuest(machine, 'survey').then(parseGuestUsage),
      readEngineUsage(client),
    ])
    const host = await readHost(machine)
    const items = survey({ engine, guest, host, returns })
    const id = randomUUID()
    this.#plans.set(id, { plannedAt, items })
    const [oldest] = this.#plans.keys()
    if (this.#plans.size > keptPlans && oldest !== undefined) this.#plans.delete(oldest)
    return { id, items: items.map(toItem), host, returns }
  }

  run(plan: string, choices: ReclaimChoice[]): AsyncIterable<ReclaimRun> {
    return stream<ReclaimRun>(async (push, signal) => {
      const kept = this.#plans.get(plan)
      if (!kept) throw new AppError('reclaim-stale')
      const steps = chooseSteps(kept.items, parseChoices(choices))
      if (this.#isBusy) throw new AppError('reclaim-busy')
      this.#isBusy = true
      const abort = new AbortController()
      signal.addEventListener('abort', () => abort.abort())
      // A reader may stand still for as long as it likes: others wait for the work, and not for it.
      const news = createNewest(push)
      try {
        await this.#run(steps, kept.plannedAt, {
          tell: (now) => news.tell(now),
          signal: abort.signal,
        })
      } finally {
        this.#isBusy = false
        this.#plans.delete(plan)
      }
      await news.taken()
    }, 1)
  }

  #run(
    steps: PlannedStep[],
    plannedAt: number,
    to: { tell: (run: ReclaimRun) => void; signal: AbortSignal },
  ): Promise<void> {
    return runSteps(this.#parts, steps, { ...to, plannedAt, toShape: this.#parts.toShape })
  }
}

function toItem({ things, ...item }: SurveyedItem): ReclaimItem {
  const shown = things.slice(0, shownThings)
  return {
    ...item,
    count: things.length,
    things: shown.map(({ id, name, names, bytes }) => ({
      id,
      name,
      bytes,
      ...(names && { names }),
    })),
  }
}
