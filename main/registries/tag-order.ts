/** What a tag looks like, in the order of the list. */
const kinds = ['latest', 'version', 'date', 'word', 'hash'] as const

interface Sorted {
  tag: string
  kind: (typeof kinds)[number]
  /** Of a version or a date. */
  numbers: number[]
  /** What a version says of itself before it is out: `rc`, and which one it is. */
  before: { word: string; number: number } | undefined
  rest: string
}

const words = new Intl.Collator('en', { numeric: true })

/**
 * The newest first, as far as names can tell: `latest`, versions from the highest on, dates, other words, and what names
 * a build or a signature at the end. A tag such as `1.27` stands before `1.27.4`: it means the newest of them.
 */
export function sortTags(tags: readonly string[]): string[] {
  return [...new Set(tags)]
    .map(toSorted)
    .sort(compare)
    .map(({ tag }) => tag)
}

function toSorted(tag: string): Sorted {
  const plain = { tag, numbers: [], before: undefined, rest: tag }
  if (tag === 'latest') return { ...plain, kind: 'latest' }
  if (isHash(tag)) return { ...plain, kind: 'hash' }
  const [, version, rest = ''] = /^[vV]?(\d+(?:\.\d+){0,4})(.*)$/.exec(tag) ?? []
  if (version === undefined) return { ...plain, kind: 'word' }
  const numbers = version.split('.').map(Number)
  const isDate = numbers.length === 1 && (numbers[0] ?? 0) >= 19_000_101
  const [, word, number] =
    /^[-._]?(alpha|beta|rc|pre|preview|dev|nightly|snapshot|canary|a|b)[-._]?(\d*)(?![a-z])/i.exec(
      rest,
    ) ?? []
  const before = word === undefined ? undefined : { word, number: Number(number) }
  return { tag, kind: isDate ? 'date' : 'version', numbers, before, rest }
}

/** `sha-0f3e1d2`, `3f9a…`, and `sha256-….sig`, as who signs images names its signatures. */
function isHash(tag: string): boolean {
  return /^(sha-?\d*-)?[0-9a-f]{7,}(\.\w+)?$/i.test(tag) && /[a-f]/i.test(tag) && /\d/.test(tag)
}

function compare(a: Sorted, b: Sorted): number {
  return (
    kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
    compareNumbers(a.numbers, b.numbers) ||
    compareBefore(a.before, b.before) ||
    words.compare(a.rest, b.rest) ||
    words.compare(a.tag, b.tag)
  )
}

/** What is out comes first; of two release candidates the later one. */
function compareBefore(a: Sorted['before'], b: Sorted['before']): number {
  if (!a || !b) return Number(a !== undefined) - Number(b !== undefined)
  return words.compare(b.word, a.word) || b.number - a.number
}

/** The higher first; what is not said means the highest there is. */
function compareNumbers(a: readonly number[], b: readonly number[]): number {
  const length = Math.max(a.length, b.length)
  for (let at = 0; at < length; at += 1) {
    const [mine, other] = [a[at] ?? Infinity, b[at] ?? Infinity]
    if (mine !== other) return mine > other ? -1 : 1
  }
  return 0
}
