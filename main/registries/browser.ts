import { AppError, dockerHub, type RegistryBrowsingApi, toShortName } from '#api'
import { isRepositoryName, isTagName } from '../mirrors/route.ts'
import type { RegistryClient } from '../registry/client.ts'
import type { Deadlines } from '../registry/exchange.ts'
import { RegistryFailure } from '../registry/failure.ts'
import { readWhole } from '../registry/read-whole.ts'
import { type Asked, toCatalogRefusal, toBrowseError } from './browse-error.ts'
import { hubSearchBase, toSearchPath, toSearchResults } from './hub-search.ts'
import { type Listing, parseJson, readListing, toPageQuery } from './listing.ts'
import { toRegistry } from './names.ts'
import { parseRepository, parseRepositoryImage } from './repository-name.ts'
import { type AskRegistry, readTagDetails } from './tag-details.ts'
import { sortTags } from './tag-order.ts'

export interface BrowserParts {
  client: RegistryClient
  /** Where a registry may answer, the best first: `https://ghcr.io/v2`. */
  basesOf(registry: string): readonly string[]
  hasMirrors(registry: string): boolean
  /** Where Docker Hub is searched. */
  searchBase?: string | undefined
  /** The platform that images are pulled for, such as `linux/amd64`. */
  platform: string
}

/** Who looks waits longer than an engine does, and not for ever. */
const deadlines: Deadlines = { connectMs: 5000, firstByteMs: 15_000, stallMs: 10_000 }
const longestMs = 45_000
/** A registry may refuse to give more at once (distribution: `catalog.maxentries`). */
const repositoriesAPage = 200
const tagsAPage = 1000
/** Tags of one answer: they can be sorted only once they are there. */
const mostPages = 10
const longestSearchBytes = 1024 ** 2
const longestTerm = 100

/** Looks into registries: each is asked itself, by this computer's own way to it. */
export function createBrowser(parts: BrowserParts): RegistryBrowsingApi {
  const { searchBase = hubSearchBase, platform } = parts
  return {
    async repositories(named, options) {
      const registry = toRegistry(named)
      const refusal = toCatalogRefusal(registry)
      if (refusal) throw refusal
      const path = `/_catalog${toPageQuery(toAfter(options), repositoriesAPage)}`
      return await look({ what: 'repositories', registry }, parts, async (ask) => {
        const { names, ...rest } = await readListing(
          ...([await ask(path), 'repositories', isRepositoryName] as const),
        )
        return { repositories: names, ...rest }
      })
    },
    async tags(named, options) {
      const { registry, repository } = parseRepository(named)
      return await look({ what: 'tags', registry, repository }, parts, async (ask) => {
        const { names, ...rest } = await readTags(ask, toAfter(options))
        return { tags: sortTags(names), ...rest }
      })
    },
    async tag(named) {
      const { registry, repository, reference } = parseRepositoryImage(named)
      const name = toShortName({ registry, repository })
      // Docker Hub counts each manifest as a pull, of which there are few in an hour.
      const only = registry === dockerHub ? platform : undefined
      return await look({ what: 'tag', registry, repository }, parts, async (ask) => ({
        name,
        ...(await readTagDetails(reference, { ask, only })),
      }))
    },
    async search(text) {
      const term = parseTerm(text)
      const hub = { ...parts, basesOf: () => [searchBase] }
      return await look({ what: 'search', registry: dockerHub }, hub, async (ask) => {
        const answer = await ask(toSearchPath(term))
        return toSearchResults(parseJson(await readWhole(answer, longestSearchBytes)))
      })
    },
  }
}

type Look = Omit<Asked, 'hasMirrors'>

/** Does `work` by asking below a repository, or the API's own root where none is named; what fails is put into words. */
async function look<T>(
  asked: Look,
  parts: BrowserParts,
  work: (ask: AskRegistry) => Promise<T>,
): Promise<T> {
  const { registry, repository } = asked
  const signal = AbortSignal.timeout(longestMs)
  const toAsk =
    (base: string): AskRegistry =>
    (path, headers = {}) =>
      parts.client.open({
        ...{ base, path: repository === undefined ? path : `/${repository}${path}` },
        ...{ headers, deadlines, signal, ...(repository !== undefined && { repository }) },
      })
  try {
    return await atFirst(parts.basesOf(registry), (base) => work(toAsk(base)))
  } catch (error) {
    const failure = signal.aborted ? new RegistryFailure('slow', 'it took too long') : error
    throw toBrowseError(failure, { ...asked, hasMirrors: parts.hasMirrors(registry) })
  }
}

/** By the first base that speaks as it says; what is refused over TLS is never tried in the open. */
async function atFirst<T>(bases: readonly string[], work: (base: string) => Promise<T>) {
  let first: unknown
  for (const base of bases) {
    try {
      return await work(base)
    } catch (error) {
      // Whoever answers at the second try says more than the door that was none.
      if (!isNoDoor(error) && (first === undefined || isAnswer(error))) throw error
      first ??= error
      if (!isNoDoor(error)) break
    }
  }
  throw first
}

/** Nobody speaks TLS, or HTTP, there. */
function isNoDoor(error: unknown): boolean {
  return error instanceof RegistryFailure && /^(tls|garbled)$/.test(error.fault)
}

function isAnswer(error: unknown): boolean {
  return error instanceof RegistryFailure && /^(absent|denied|limited|busy)$/.test(error.fault)
}

async function readTags(ask: AskRegistry, after: string | undefined): Promise<Listing> {
  const names: string[] = []
  const seen = new Set<string | undefined>()
  let next = after
  for (let page = 0; page < mostPages; page += 1) {
    seen.add(next)
    const answer = await ask(`/tags/list${toPageQuery(next, tagsAPage)}`)
    const listing = await readListing(answer, 'tags', isTagName)
    names.push(...listing.names)
    next = listing.next
    // Who leads back to where we were would do so for ever.
    if (next === undefined || seen.has(next)) return { names }
  }
  return { names, ...(next !== undefined && { next }) }
}

/** It went by way of the window. */
function toAfter(options: { after?: string } | null | undefined): string | undefined {
  const after: unknown = options?.after
  return typeof after === 'string' ? after : undefined
}

function parseTerm(text: unknown): string {
  const term = typeof text === 'string' ? text.trim() : ''
  if (term === '' || term.length > longestTerm) throw new AppError('search-term-invalid', {})
  return term
}
