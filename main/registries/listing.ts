import type { Exchange } from '../registry/exchange.ts'
import { RegistryFailure } from '../registry/failure.ts'
import { readWhole } from '../registry/read-whole.ts'

/** A part of a list, and what asks for the part that follows. */
export interface Listing {
  names: string[]
  next?: string
}

/** Some registries give all of a list at once, however much is asked for. */
const longestBytes = 8 * 1024 ** 2
const longestCursor = 2000

/**
 * A page of `_catalog` or `tags/list`. What is no name by the specification is left out: it could not be pulled.
 * @throws {RegistryFailure} `garbled`
 */
export async function readListing(
  answer: Exchange,
  key: 'repositories' | 'tags',
  isName: (name: string) => boolean,
): Promise<Listing> {
  const parsed = parseJson(await readWhole(answer, longestBytes))
  const list = parsed[key]
  // A repository of which all tags were deleted has null.
  if (list !== null && !Array.isArray(list))
    throw new RegistryFailure('garbled', `the answer has no list of ${key}`)
  const names = (list ?? []).filter(
    (name): name is string => typeof name === 'string' && isName(name),
  )
  const next = toCursor(answer.headers['link'])
  return { names, ...(next !== undefined && { next }) }
}

/**
 * What a `Link` header with `rel="next"` (RFC 8288) asks for: its query alone. The path is our own, so that nobody leads
 * a question elsewhere.
 */
export function toCursor(link: string | string[] | undefined): string | undefined {
  const text = Array.isArray(link) ? link.join(', ') : (link ?? '')
  const target = /<([^>]*)>\s*;[^<]*\brel\s*=\s*(?:"next"|next\b)/i.exec(text)?.[1]
  if (target === undefined || !URL.canParse(target, 'http://registry.invalid')) return undefined
  const cursor = new URL(target, 'http://registry.invalid').search.slice(1)
  return cursor === '' || cursor.length > longestCursor ? undefined : cursor
}

/** The query of a page: that of the cursor, which went by way of the window, else so many from the beginning. */
export function toPageQuery(after: string | undefined, count: number): string {
  const query = new URLSearchParams(after ?? { n: String(count) })
  return `?${query.toString()}`
}

/** @throws {RegistryFailure} `garbled` */
export function parseJson(bytes: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Told below.
  }
  throw new RegistryFailure('garbled', 'what came is no JSON')
}
