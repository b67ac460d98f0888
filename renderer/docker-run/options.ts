import type { RunOption, SpecOption } from './option.ts'
import { otherOptions } from './other-options.ts'
import { specOptions } from './spec-options.ts'

const byName = new Map<string, RunOption>()
for (const option of [...specOptions, ...otherOptions]) {
  for (const name of [option.name, ...(option.aliases ?? [])]) byName.set(name, option)
}

/** By a long name or by a letter. */
export function findOption(name: string): RunOption | undefined {
  return byName.get(name)
}

export function isSpecOption(option: RunOption): option is SpecOption {
  return 'read' in option
}

/** The options that a command says with one letter: those that everybody knows by it. */
const letters: Readonly<Record<string, string>> = {
  env: '-e',
  publish: '-p',
  'publish-all': '-P',
  user: '-u',
  volume: '-v',
  workdir: '-w',
}

/** How an option is written: `-p`, `--restart`. */
export function toFlag(name: string): string {
  return letters[name] ?? `--${name}`
}
