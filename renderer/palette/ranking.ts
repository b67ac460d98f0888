/** What can be searched for. */
export interface Findable {
  id: string
  label: string
  /** Further text to be found by: an image, an id, a name in another language. */
  words?: string
  /** Lifts it among others that match as well. */
  weight?: number
}

interface Entry<T> {
  item: T
  label: string
  words: string
}

export type SearchIndex<T> = readonly Entry<T>[]

export interface SearchOptions {
  /** Ids of what was chosen lately, the last one first. */
  recent?: readonly string[]
  limit?: number
}

/** Made once a list changes, so that a keystroke only compares. */
export function createIndex<T extends Findable>(items: readonly T[]): SearchIndex<T> {
  return items.map((item) => ({
    item,
    label: item.label.toLowerCase(),
    words: item.words?.toLowerCase() ?? '',
  }))
}

/** Every word of `query` has to be found; the best come first. An empty query finds nothing. */
export function search<T extends Findable>(
  indexes: readonly SearchIndex<T>[],
  query: string,
  { recent = [], limit = 50 }: SearchOptions = {},
): T[] {
  const tokens = toTokens(query)
  if (tokens.length === 0) return []
  const lifts = new Map(recent.map((id, place) => [id, 25 - place]))
  const best = createBest<T>(limit)
  for (const index of indexes) {
    for (const entry of index) {
      const score = toScore(entry, tokens)
      if (score === 0) continue
      const { item, label } = entry
      const lift = (item.weight ?? 0) + (lifts.get(item.id) ?? 0)
      // Of equals, the shorter name is the nearer one.
      best.add(item, score + lift - label.length / 1000)
    }
  }
  return best.take()
}

/** Keeps the best few of many without putting all of them into order. */
function createBest<T>(limit: number) {
  let kept: { item: T; score: number }[] = []
  let least = -Infinity
  const cut = () => {
    kept = kept.sort((a, b) => b.score - a.score).slice(0, limit)
    if (kept.length === limit) least = kept.at(-1)?.score ?? least
  }
  return {
    add(item: T, score: number) {
      if (score <= least) return
      kept.push({ item, score })
      if (kept.length >= limit * 4) cut()
    },
    take() {
      cut()
      return kept.map(({ item }) => item)
    },
  }
}

/** The first few of things called like `name`; of all when it is empty. */
export function findByName<T extends { name: string }>(
  things: readonly T[],
  name: string,
  limit: number,
): T[] {
  if (toTokens(name).length === 0) return things.slice(0, limit)
  const items = things.map((thing) => ({ id: thing.name, label: thing.name, thing }))
  return search([createIndex(items)], name, { limit }).map(({ thing }) => thing)
}

function toTokens(query: string): string[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((token) => token !== '')
}

function toScore<T>({ label, words }: Entry<T>, tokens: readonly string[]): number {
  let sum = 0
  for (const token of tokens) {
    const score = toTokenScore(label, words, token)
    if (score === 0) return 0
    sum += score
  }
  return sum / tokens.length
}

function toTokenScore(label: string, words: string, token: string): number {
  if (label === token) return 120
  const at = label.indexOf(token)
  if (at === 0) return 100
  if (at > 0) return isWordStart(label, at) ? 80 : 50
  const among = words.indexOf(token)
  if (among >= 0) return among === 0 || isWordStart(words, among) ? 40 : 25
  return token.length > 1 && isSubsequence(label, token) ? 8 : 0
}

/** By codes, since this is asked for every match among thousands: neither letter nor digit stands before it. */
function isWordStart(text: string, at: number): boolean {
  const code = text.charCodeAt(at - 1)
  const isDigit = code >= 48 && code <= 57
  const isLetter = (code >= 97 && code <= 122) || code > 127
  return !isDigit && !isLetter
}

function isSubsequence(text: string, token: string): boolean {
  let from = 0
  for (const sign of token) {
    const at = text.indexOf(sign, from)
    if (at < 0) return false
    from = at + 1
  }
  return true
}
