import type { Say } from '../words/words.ts'

export interface CliContext {
  env: Readonly<Record<string, string | undefined>>
  say: Say
  write: (text: string) => void
  writeError: (text: string) => void
  /** Somebody looks at what is written as an error. */
  isTerminal: boolean
}

/** One command of `berth`: `args` is what follows its name. Its exit code: 0 done, 1 failed, 2 wrong usage, 3 not running. */
export type Command = (context: CliContext, args: string[]) => Promise<number>

/** What was typed is not a way to use the command: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
