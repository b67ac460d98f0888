import type { ComposeStep } from '#api'
import type { ProgressStep } from './progress.ts'

/** More than any project has; what comes beyond is not shown. */
const mostSteps = 5000
/** A step of a build that fails tells all that it wrote. */
const longestText = 300

/** What a run works at: the newest step of each thing, in the order in which they came. */
export class RunSteps {
  readonly #steps = new Map<string, ProgressStep>()

  add(news: readonly ProgressStep[]): void {
    for (const step of news) {
      const key = step.parent === undefined ? step.id : `${step.parent}\n${step.id}`
      const known = this.#steps.get(key)
      if (!known && this.#steps.size >= mostSteps) continue
      // A finished layer comes without numbers: its size stays, or the sum would run backwards.
      const total = step.total ?? known?.total
      const current = step.state === 'done' ? total : step.current
      this.#steps.set(key, {
        ...{ ...step, text: step.text.slice(0, longestText) },
        ...(total !== undefined && { total }),
        ...(current !== undefined && { current }),
      })
    }
  }

  /** The things themselves; their layers, of which there are hundreds, are summed up. */
  get all(): ComposeStep[] {
    const sums = new Map<string, { current: number; total: number }>()
    for (const { parent, current = 0, total = 0 } of this.#steps.values()) {
      if (parent === undefined || total === 0) continue
      const sum = sums.get(parent) ?? { current: 0, total: 0 }
      sums.set(parent, { current: sum.current + current, total: sum.total + total })
    }
    return [...this.#steps.values()]
      .filter(({ parent }) => parent === undefined)
      .map((step) => ({ ...step, ...sums.get(step.id) }))
  }
}
