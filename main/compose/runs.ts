import { AppError, type ComposeRun, type ComposeVerb, type ErrorShape, type ListNews } from '#api'
import { Runs } from '../runs.ts'
import type { ProgressStep } from './progress.ts'
import { RunSteps } from './run-steps.ts'

/** Does a run's work: tells its steps, and ends soon after `signal`. */
export type ComposeWork = (
  tell: (steps: readonly ProgressStep[]) => void,
  signal: AbortSignal,
) => Promise<void>

/** Projects whose last run is remembered. */
const mostEnded = 50

/** What is being done with projects, one run of each at a time, and how the last one ended. */
export class ComposeRuns implements AsyncDisposable {
  readonly #runs: Runs<ComposeRun>

  constructor(toShape: (error: unknown) => ErrorShape) {
    this.#runs = new Runs({ toShape, mostEnded })
  }

  watch(): AsyncIterable<ListNews<ComposeRun>> {
    return this.#runs.watch()
  }

  /**
   * Begins a run and gives its id.
   * @throws {AppError} `compose-busy`
   */
  begin(project: string, verb: ComposeVerb, work: ComposeWork): string {
    if (this.#runs.underWay(project)) throw new AppError('compose-busy', { project })
    return this.#runs.begin(project, { project, verb, steps: [] }, async (tell, signal) => {
      const steps = new RunSteps()
      await work((news) => {
        steps.add(news)
        tell(() => ({ steps: steps.all }))
      }, signal)
      // What went wrong is looked at step by step; this is not.
      tell(() => ({ steps: [] }))
    })
  }

  cancel(id: string): void {
    this.#runs.cancel(id)
  }

  dismiss(id: string): void {
    this.#runs.dismiss(id)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#runs[Symbol.asyncDispose]()
  }
}
