import type { SearchResult } from '#api'
import { isRepositoryName } from '../mirrors/route.ts'
import { RegistryFailure } from '../registry/failure.ts'

/** Where Docker Hub is searched: what `docker search` asks, and the engine behind it. */
export const hubSearchBase = 'https://index.docker.io/v1'

/** As many as the engine's own search gives when it is not told otherwise. */
const mostResults = 25
const longestDescription = 500

export function toSearchPath(term: string): string {
  const query = new URLSearchParams({ q: term, n: String(mostResults) })
  return `/search?${query.toString()}`
}

/**
 * The results in an answer, in the order in which Docker Hub has them.
 * @throws {RegistryFailure} `garbled`
 */
export function toSearchResults({ results }: Record<string, unknown>): SearchResult[] {
  if (!Array.isArray(results)) throw new RegistryFailure('garbled', 'the answer has no results')
  return results.slice(0, mostResults).flatMap((result: unknown): SearchResult[] => {
    const { name, description, star_count: stars, is_official: official } = toFields(result)
    if (typeof name !== 'string' || !isRepositoryName(name)) return []
    return [
      {
        name,
        description: typeof description === 'string' ? toLine(description) : '',
        stars: typeof stars === 'number' && stars > 0 ? Math.floor(stars) : 0,
        official: official === true,
      },
    ]
  })
}

interface Fields {
  name?: unknown
  description?: unknown
  star_count?: unknown
  is_official?: unknown
}

function toFields(result: unknown): Fields {
  return typeof result === 'object' && result !== null ? result : {}
}

function toLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, longestDescription)
}
