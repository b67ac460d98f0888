import { type Section, type SpecOption, sections } from '../../docker-run/option.ts'
import { toFlag } from '../../docker-run/options.ts'
import { specOptions } from '../../docker-run/spec-options.ts'

/** Options with a place of their own at the top of the form. */
const shown: ReadonlySet<string> = new Set([
  ...['name', 'publish', 'volume', 'mount', 'tmpfs', 'env', 'entrypoint', 'network', 'restart'],
  ...['cpus', 'memory', 'rm', 'tty', 'interactive'],
])

export interface FoldedOption {
  name: string
  flag: string
  takes: SpecOption['takes']
  example: string
  /** What it does, in the user's words. */
  text: string
}

export interface FoldedSection {
  section: Section
  options: FoldedOption[]
}

/** The rest of the options, by section. `toText` words them. */
export function foldOptions(toText: (name: string) => string): FoldedSection[] {
  return sections
    .map((section) => ({
      section,
      options: specOptions
        .filter((option) => option.section === section && !shown.has(option.name))
        .map(({ name, takes, example = '' }) => ({
          ...{ name, takes, example, flag: toFlag(name), text: toText(name) },
        })),
    }))
    .filter(({ options }) => options.length > 0)
}

/** Those whose flag or words hold all of the words that are looked for. */
export function findOptions(folded: readonly FoldedSection[], wanted: string): FoldedSection[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean)
  return folded
    .map(({ section, options }) => ({
      section,
      options: options.filter(({ flag, name, text }) => {
        const all = `${flag} --${name} ${text}`.toLowerCase()
        return words.every((word) => all.includes(word))
      }),
    }))
    .filter(({ options }) => options.length > 0)
}
