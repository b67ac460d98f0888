import { AppError } from '#api'
import type { EngineClient, EngineRequest } from '../engine/client.ts'
import type { SurveyedThing } from './survey.ts'

/** `kept`: it has come into use; `gone`: somebody else was there first. */
type Removed = 'removed' | 'kept' | 'gone'

/** Removes one thing as the engine does without force: what is in use stays. */
export type Remove = (thing: SurveyedThing) => Promise<Removed>

export function removeContainers(client: EngineClient): Remove {
  // Volumes without a name stay, and show in the next plan.
  return ({ id }) => ask(client, { method: 'DELETE', path: `/containers/${id}` })
}

export function removeVolumes(client: EngineClient): Remove {
  return ({ id }) => ask(client, { method: 'DELETE', path: `/volumes/${encodeURIComponent(id)}` })
}

/**
 * Only images that are what they were: a name may lead to another image by now, which nobody was shown, and one with more
 * names than before was given them for a reason.
 */
export async function removeImages(client: EngineClient): Promise<Remove> {
  const tags = await client.json(
    { path: '/images/json' },
    (list: { Id: string; RepoTags: string[] | null }[]) =>
      new Map(list.map(({ Id, RepoTags }) => [Id, RepoTags ?? []])),
  )
  return async ({ id, tags: shown = [] }) => {
    const now = tags.get(id)
    if (!now) return 'gone'
    if (now.some((tag) => !shown.includes(tag))) return 'kept'
    // A name is taken away before the engine looks whether the image is in use.
    if ((await readUsed(client)).has(id)) return 'kept'
    // By its id, an image with several names can only be removed by force.
    if (now.length <= 1) return remove(client, id)
    const removed: Removed[] = []
    for (const tag of now) removed.push(await removeName(client, tag, id))
    return removed.find((one) => one === 'kept') ?? removed.at(-1) ?? 'gone'
  }
}

async function readUsed(client: EngineClient): Promise<Set<string>> {
  return client.json(
    { path: '/containers/json', query: { all: true } },
    (list: { ImageID: string }[]) => new Set(list.map(({ ImageID }) => ImageID)),
  )
}

/** A build may have given the name to another image a moment ago. */
async function removeName(client: EngineClient, tag: string, id: string): Promise<Removed> {
  const path = `/images/${tag.split('/').map(encodeURIComponent).join('/')}/json`
  try {
    const now = await client.json({ path }, ({ Id }: { Id: string }) => Id)
    return now === id ? await remove(client, tag) : 'gone'
  } catch (error) {
    if (statusOf(error) === 404) return 'gone'
    throw error
  }
}

function remove(client: EngineClient, reference: string): Promise<Removed> {
  const path = `/images/${reference.split('/').map(encodeURIComponent).join('/')}`
  return ask(client, { method: 'DELETE', path, doing: { image: reference } })
}

async function ask(client: EngineClient, request: EngineRequest): Promise<Removed> {
  try {
    await client.text(request)
    return 'removed'
  } catch (error) {
    const status = statusOf(error)
    if (status === 409) return 'kept'
    if (status === 404) return 'gone'
    throw error
  }
}

/** What the engine answered with, whatever words it found. */
function statusOf(error: unknown): number | undefined {
  const cause = error instanceof AppError ? error.cause : undefined
  if (!(cause instanceof Error) || !('statusCode' in cause)) return undefined
  return Number(cause.statusCode)
}
