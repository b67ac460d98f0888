import { type Edit, JsonText, type Span } from '../proxy/json-text.ts'
import type { LinkUndo } from './account-file.ts'

/** What docker puts behind `docker-credential-` to call us. */
export const ourHelper = 'berth'

const helpersKey = 'credHelpers'

/** Docker's config.json with what we write there, and how it was. */
export interface ConfigChange {
  bytes: Buffer
  undo: LinkUndo
  /** The helpers as text, as they stand in the file; empty where there are none. */
  before: string
  after: string
}

/** The helper of each server, by the names that docker has for them; undefined for what is no config of docker's. */
export function readHelpers(bytes: Buffer | undefined): ReadonlyMap<string, string> | undefined {
  if (!bytes) return new Map()
  const read = open(bytes)
  if (!read) return undefined
  const { json, helpers } = read
  const members = helpers ? json.members(helpers) : []
  return new Map(members.map(({ key, value }) => [key, String(json.value(value))]))
}

/** Names our helper for one server; all else keeps its bytes. Undefined for what is no config of docker's. */
export function linkConfig(bytes: Buffer | undefined, server: string): ConfigChange | undefined {
  const read = open(bytes ?? Buffer.from('{}'))
  if (!read) return undefined
  const { json, helpers } = read
  const own = helpers && json.members(helpers).findLast(({ key }) => key === server)
  if (own) {
    const before = String(json.value(own.value))
    return toChange(json, [json.replace(own.value, ourHelper)], { before })
  }
  if (helpers) return toChange(json, [append(json, helpers, server, ourHelper)], {})
  if (!bytes) {
    const made = Buffer.from(
      `${JSON.stringify({ [helpersKey]: { [server]: ourHelper } }, null, '\t')}\n`,
    )
    return { bytes: made, undo: { made: 'file' }, before: '', after: helpersOf(made) }
  }
  const edit = append(json, json.root, helpersKey, { [server]: ourHelper })
  return toChange(json, [edit], { made: 'object' })
}

/**
 * Puts back what was there before; `bytes` is undefined when nothing is left of a file that we have made. Undefined for
 * a file that is none of docker's; where somebody has named another helper meanwhile, nothing is changed.
 */
export function unlinkConfig(
  bytes: Buffer,
  server: string,
  undo: LinkUndo,
): (Omit<ConfigChange, 'bytes' | 'undo'> & { bytes: Buffer | undefined }) | undefined {
  const read = open(bytes)
  if (!read) return undefined
  const { json, helpers } = read
  const members = helpers ? json.members(helpers) : []
  const own = members.findLast(({ key }) => key === server)
  const isOurs = own !== undefined && json.value(own.value) === ourHelper
  if (!helpers || !isOurs) {
    const same = helpersOf(bytes)
    return { bytes, before: same, after: same }
  }
  if (undo.before !== undefined) return toChange(json, [json.replace(own.value, undo.before)], {})
  const isLast = members.length === 1
  if (undo.made === undefined || !isLast) return toChange(json, json.without(helpers, server), {})
  const others = json.members(json.root).filter(({ value }) => value.start !== helpers.start)
  const before = helpersOf(bytes)
  if (undo.made === 'file' && others.length === 0) return { bytes: undefined, before, after: '' }
  const name = keyAt(json, helpers)
  return toChange(json, json.without(json.root, name), {})
}

function open(bytes: Buffer): { json: JsonText; helpers: Span | undefined } | undefined {
  const json = JsonText.parse(bytes)
  if (json?.text[json.root.start] !== '{') return undefined
  // As docker reads it: by the name without its case, the last one counts.
  const found = json
    .members(json.root)
    .findLast(({ key }) => key.toLowerCase() === helpersKey.toLowerCase())
  if (found && json.text[found.value.start] !== '{') return undefined
  return { json, helpers: found?.value }
}

function keyAt(json: JsonText, helpers: Span): string {
  const found = json.members(json.root).find(({ value }) => value.start === helpers.start)
  return found?.key ?? helpersKey
}

/** Behind the last member, written as that one is: so it can be taken out again without a trace. */
function append(json: JsonText, object: Span, name: string, value: unknown): Edit {
  const last = json.members(object).at(-1)
  if (!last) {
    const at = object.start + 1
    return { start: at, end: at, text: `${JSON.stringify(name)}:${JSON.stringify(value)}` }
  }
  const at = last.value.end
  const { lead, gap } = styleOf(json, object, last.value)
  const body = toText(value, lead, gap)
  return { start: at, end: at, text: `,${lead}${JSON.stringify(name)}:${gap}${body}` }
}

/** What stands before the first name of an object, and between a name's colon and its value. */
function styleOf(json: JsonText, object: Span, value: Span): { lead: string; gap: string } {
  const lead = /^\s*/.exec(json.text.slice(object.start + 1))?.[0] ?? ''
  const gap = /:(\s*)$/.exec(json.text.slice(object.start, value.start))?.[1] ?? ''
  return { lead, gap }
}

/** An object of one text, on lines of its own where its surroundings are. */
function toText(value: unknown, lead: string, gap: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const step = /\n([ \t]+)$/.exec(lead)?.[1] ?? ''
  const [inner, outer] = step === '' ? ['', ''] : [lead + step, lead]
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${gap}${JSON.stringify(member)}`,
  )
  return `{${inner}${members.join(`,${inner}`)}${outer}}`
}

function toChange(json: JsonText, edits: readonly Edit[], undo: LinkUndo): ConfigChange {
  const bytes = json.with(edits)
  const before = helpersOf(Buffer.from(json.text, 'latin1'))
  return { bytes, undo, before, after: helpersOf(bytes) }
}

function helpersOf(bytes: Buffer): string {
  const read = open(bytes)
  if (!read?.helpers) return ''
  const { json, helpers } = read
  return `"${helpersKey}": ${Buffer.from(json.text.slice(helpers.start, helpers.end), 'latin1').toString('utf8')}`
}
