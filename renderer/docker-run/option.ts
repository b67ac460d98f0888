import type { RunSpec } from '#api'
import { parseBoolean } from './amounts.ts'
import { ValueRefused } from './problems.ts'

/** Where an option stands in the form. */
export const sections = [
  'process',
  'network',
  'storage',
  'limits',
  'security',
  'health',
  'other',
] as const

export type Section = (typeof sections)[number]

/** Why an option is known and not taken over; each has words under `ui.run.reason`. */
export type Reason = 'file' | 'terminal' | 'windows' | 'old' | 'podman' | 'unsupported' | 'pull'

interface Named {
  /** The long form without its dashes. */
  name: string
  /** Other names: one letter, or an older long form. */
  aliases?: readonly string[]
  /** `many` may be given again and again; of the others the last one counts. */
  takes: 'nothing' | 'one' | 'many'
}

/** An option that a RunSpec can say. */
export interface SpecOption extends Named {
  section: Section
  /** Puts a value into the spec; returns the parts of it that a spec cannot say. @throws {ValueRefused} */
  read(spec: RunSpec, value: string): string[]
  /** The values that would say what is in the spec. */
  write(spec: RunSpec): string[]
  /** What a value looks like. */
  example?: string
}

/** An option that is known, so that what follows it is read rightly. */
export interface OtherOption extends Named {
  /** Absent for one that changes nothing here, such as -d. */
  reason?: Reason
}

export type RunOption = SpecOption | OtherOption

type FieldOf<T> = {
  [Key in keyof RunSpec]-?: NonNullable<RunSpec[Key]> extends T ? Key : never
}[keyof RunSpec]

type Names = Pick<SpecOption, 'aliases' | 'example'>

/** Text that is taken as it is. */
export function text(
  name: string,
  field: Exclude<FieldOf<string>, 'restart'>,
  section: Section,
  more: Names = {},
): SpecOption {
  const read = (spec: RunSpec, value: string) => {
    if (value === '') throw new ValueRefused('needed')
    spec[field] = value
    return []
  }
  return { name, takes: 'one', section, read, write: (spec) => toList(spec[field]), ...more }
}

export function flag(
  name: string,
  field: FieldOf<boolean>,
  section: Section,
  more: Names = {},
): SpecOption {
  const read = (spec: RunSpec, value: string) => {
    spec[field] = parseBoolean(value)
    return []
  }
  const write = (spec: RunSpec) => (spec[field] === undefined ? [] : [String(spec[field])])
  return { name, takes: 'nothing', section, read, write, ...more }
}

export function list(
  name: string,
  field: FieldOf<string[]>,
  section: Section,
  more: Names & { parse?: (value: string) => string } = {},
): SpecOption {
  const { parse = (value: string) => value, ...names } = more
  const read = (spec: RunSpec, value: string) => {
    if (value === '') throw new ValueRefused('needed')
    spec[field] = [...(spec[field] ?? []), parse(value)]
    return []
  }
  return { name, takes: 'many', section, read, write: (spec) => spec[field] ?? [], ...names }
}

/** `name=value`; a name alone stands for an empty value. */
export function pairs(
  name: string,
  field: FieldOf<Record<string, string>>,
  section: Section,
  more: Names = {},
): SpecOption {
  const read = (spec: RunSpec, value: string) => {
    const at = value.indexOf('=')
    const key = at === -1 ? value : value.slice(0, at)
    if (key.trim() === '') throw new ValueRefused('pair')
    const entry = [key, at === -1 ? '' : value.slice(at + 1)]
    // fromEntries also takes a name such as __proto__ as no more than a name.
    spec[field] = Object.fromEntries([...Object.entries(spec[field] ?? {}), entry]) as Record<
      string,
      string
    >
    return []
  }
  const write = (spec: RunSpec) =>
    Object.entries(spec[field] ?? {}).map(([key, value]) => `${key}=${value}`)
  return { name, takes: 'many', section, read, write, ...more }
}

interface Amount extends Names {
  parse: (value: string) => number
  format?: (value: number) => string
}

export function amount(
  name: string,
  field: FieldOf<number>,
  section: Section,
  { parse, format = String, ...more }: Amount,
): SpecOption {
  const read = (spec: RunSpec, value: string) => {
    spec[field] = parse(value)
    return []
  }
  const write = (spec: RunSpec) => {
    const value = spec[field]
    return value === undefined ? [] : [format(value)]
  }
  return { name, takes: 'one', section, read, write, ...more }
}

function toList(value: string | undefined): string[] {
  return value === undefined ? [] : [value]
}
