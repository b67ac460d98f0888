/** The words of `docker ps --filter`, then two of ours for what Compose labels. */
export const filterKeys = [
  'status',
  'name',
  'label',
  'ancestor',
  'health',
  'network',
  'volume',
  'publish',
  'expose',
  'exited',
  'before',
  'since',
  'id',
  'project',
  'service',
] as const

export type FilterKey = (typeof filterKeys)[number]

export interface FilterTerm {
  key: FilterKey
  value: string
  isNegated: boolean
}

/** Anything typed that is no term: looked for in names, images, ids and ports. */
export interface FilterWord {
  text: string
  isNegated: boolean
}

export interface ContainerFilter {
  terms: FilterTerm[]
  words: FilterWord[]
}

const isKey = (text: string): text is FilterKey => (filterKeys as readonly string[]).includes(text)

/**
 * Reads a filter as it is typed: terms as the CLI writes them (`status=running`, also after `--filter` or `-f`), other
 * words as text. `-` or `!` before either, or `!=`, means the opposite; quotes keep blanks together.
 */
export function parseFilter(text: string): ContainerFilter {
  const filter: ContainerFilter = { terms: [], words: [] }
  for (const token of toTokens(text)) {
    if (token === '--filter' || token === '-f') continue
    // A key that still waits for its value says nothing yet; taken as text it would empty the list while one types.
    if (isWaiting(token)) continue
    const term = parseTerm(token.replace(/^--filter=/, ''))
    if (term) filter.terms.push(term)
    else {
      const isNegated = /^[-!]./.test(token)
      filter.words.push({ text: isNegated ? token.slice(1) : token, isNegated })
    }
  }
  return filter
}

function isWaiting(token: string): boolean {
  return isKey(/^[-!]?([a-z]+)!?=$/i.exec(token)?.[1]?.toLowerCase() ?? '')
}

/** One token as a term, if it is one; a term without a value yet is none. */
export function parseTerm(token: string): FilterTerm | undefined {
  const [, sign = '', key = '', not = '', value = ''] =
    /^([-!]?)([a-z]+)(!?)=(.+)$/is.exec(token) ?? []
  const name = key.toLowerCase()
  return isKey(name) ? { key: name, value, isNegated: (sign === '') === (not === '!') } : undefined
}

/** A term as it would be typed. */
export function formatTerm({ key, value, isNegated }: FilterTerm): string {
  const text = `${isNegated ? '-' : ''}${key}=${value}`
  return /[\s"]/.test(text) ? `"${text.replaceAll('"', '\\"')}"` : text
}

/** The last token of a text that is being typed, and where it begins. An empty one after a blank. */
export function toLastToken(text: string): { start: number; token: string } {
  const start = /(?:^|\s)((?:"(?:[^"\\]|\\.)*"?|[^\s"])*)$/.exec(text)
  const raw = start?.[1] ?? ''
  return { start: text.length - raw.length, token: unquote(raw) }
}

function toTokens(text: string): string[] {
  return (text.match(/(?:"(?:[^"\\]|\\.)*"?|[^\s"])+/g) ?? []).map(unquote).filter(Boolean)
}

function unquote(token: string): string {
  return token.replace(/"((?:[^"\\]|\\.)*)"?/g, (_, inner: string) => inner.replace(/\\(.)/g, '$1'))
}
