/** Why a value cannot be meant; each has words under `ui.run.value`. */
export const valueProblems = [
  'needed',
  'boolean',
  'number',
  'size',
  'duration',
  'port',
  'portRange',
  'path',
  'pair',
  'mount',
  'name',
  'restart',
  'ulimit',
  'host',
] as const

export type ValueProblem = (typeof valueProblems)[number]

/** Thrown by what reads an option's value, and caught by whoever has the word at hand. */
export class ValueRefused extends Error {
  override readonly name = 'ValueRefused'
  readonly problem: ValueProblem

  constructor(problem: ValueProblem) {
    super(problem)
    this.problem = problem
  }
}
