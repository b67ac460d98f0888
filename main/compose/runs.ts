import { randomUUID } from 'node:crypto'
import { AppError, type ComposeRun, type ComposeVerb, type ErrorShape } from '#api'
import { createLive } from '../live.ts'
import type { ProgressStep } from './progress.ts'
import { RunSteps } from './run-steps.ts'

/** Does a run's work: tells its steps, and ends soon after `signal`. */
export type ComposeWork = (
  tell: (steps: readonly ProgressStep[]) => void,
  signal: AbortSignal,
) => Promise<void>

/** Projects whose last run is remembered. */
const mostEnded = 50
/** A pull tells hundreds of steps a second; nobody sees more than this. */
const paceMs = 100

interface Entry {
  run: ComposeRun
  steps: RunSteps
  abort: AbortController
  done: Promise<void>
}

/**
 * What is being done with projects, one run of each at a time, and how the last one ended. Runs belong to the app:
 * windows come and go, and each finds them as they are.
 */
export class ComposeRuns implements AsyncDisposable {
  /** In the order in which they began. */
  readonly #entries = new Map<string, Entry>()
  readonly #live = createLive<ComposeRun[]>([])
  readonly #toShape: (error: unknown) => ErrorShape
  #isOver = false
  #timer: NodeJS.Timeout | undefined

  constructor(toShape: (error: unknown) => ErrorShape) {
    this.#toShape = toShape
  }

  watch(): AsyncIterable<ComposeRun[]> {
    return this.#live.watch()
  }

  /**
   * Begins a run and gives its id.
   * @throws {AppError} `compose-busy`
   */
  begin(project: string, verb: ComposeVerb, work: ComposeWork): string {
    const last = this.#entries.get(project)
    if (last && isUnderWay(last.run)) throw new AppError('compose-busy', { project })
    const run: ComposeRun = { id: randomUUID(), project, verb, phase: 'active', steps: [] }
    const abort = new AbortController()
    if (this.#isOver) abort.abort()
    const entry: Entry = { run, steps: new RunSteps(), abort, done: Promise.resolve() }
    this.#entries.delete(project)
    this.#entries.set(project, entry)
    this.#publish()
    entry.done = this.#work(entry, work)
    return run.id
  }

  cancel(id: string): void {
    const entry = this.#find(id)
    if (entry?.run.phase !== 'active') return
    this.#change(entry, { phase: 'ending' })
    entry.abort.abort()
  }

  dismiss(id: string): void {
    const entry = this.#find(id)
    if (!entry || isUnderWay(entry.run)) return
    this.#entries.delete(entry.run.project)
    this.#publish()
  }

  /** Cancels what is under way, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    const entries = [...this.#entries.values()]
    for (const { run } of entries) this.cancel(run.id)
    await Promise.all(entries.map(({ done }) => done))
    clearTimeout(this.#timer)
  }

  async #work(entry: Entry, work: ComposeWork): Promise<void> {
    const { signal } = entry.abort
    const tell = (news: readonly ProgressStep[]) => {
      entry.steps.add(news)
      this.#timer ??= setTimeout(() => this.#publish(), paceMs)
    }
    try {
      await work(tell, signal)
      // What went wrong is looked at step by step; this is not.
      entry.steps = new RunSteps()
      this.#change(entry, { phase: signal.aborted ? 'cancelled' : 'done' })
    } catch (error) {
      this.#change(entry, { phase: 'failed', error: this.#toShape(error) })
    }
    this.#forgetOldest()
  }

  #find(id: string): Entry | undefined {
    return [...this.#entries.values()].find(({ run }) => run.id === id)
  }

  #change(entry: Entry, news: Partial<ComposeRun>): void {
    entry.run = { ...entry.run, ...news }
    this.#publish()
  }

  #forgetOldest(): void {
    const ended = [...this.#entries.values()].filter(({ run }) => !isUnderWay(run))
    const old = ended.slice(0, Math.max(0, ended.length - mostEnded))
    for (const { run } of old) this.#entries.delete(run.project)
    if (old.length > 0) this.#publish()
  }

  #publish(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const entries = [...this.#entries.values()]
    this.#live.set(entries.map(({ run, steps }) => ({ ...run, steps: steps.all })))
  }
}

function isUnderWay({ phase }: ComposeRun): boolean {
  return phase === 'active' || phase === 'ending'
}
