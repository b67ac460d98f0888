import { type Call, isSet, readFilters, sendJson } from './answers.ts'
import { toTime } from './durations.ts'
import type { FakeImage } from './objects.ts'
import { pause } from './pause.ts'
import { Refusal } from './refusal.ts'
import { type EngineStore, toId, withTag } from './store.ts'

function find({ store, params }: Call): FakeImage {
  return store.image(decodeURIComponent(params[0] ?? ''))
}

export function countContainers(store: EngineStore, image: FakeImage): number {
  return store.containers
    .values()
    .filter(({ imageId }) => imageId === image.id)
    .toArray().length
}

export function toSummary(image: FakeImage, more: { SharedSize: number; Containers: number }) {
  return {
    Id: image.id,
    ParentId: '',
    RepoTags: image.tags,
    RepoDigests: image.digests,
    Created: Math.floor(image.createdAt / 1000),
    Size: image.size,
    Labels: image.labels,
    ...more,
  }
}

export function listImages(call: Call): void {
  const dangling = readFilters(call.query).get('dangling')
  const chosen = call.store.images
    .values()
    .filter(({ tags }) => !dangling || (dangling[0] === 'true') === (tags.length === 0))
  const newestFirst = [...chosen].sort((one, other) => other.createdAt - one.createdAt)
  sendJson(
    call,
    newestFirst.map((image) => toSummary(image, { SharedSize: -1, Containers: -1 })),
  )
}

export function inspectImage(call: Call): void {
  const { id, tags, digests, createdAt, size, layers, config, labels } = find(call)
  sendJson(call, {
    Id: id,
    RepoTags: tags,
    RepoDigests: digests,
    Parent: '',
    Comment: 'buildkit.dockerfile.v0',
    Created: toTime(createdAt),
    Architecture: 'amd64',
    Os: 'linux',
    Size: size,
    Config: {
      Entrypoint: config.entrypoint.length ? config.entrypoint : null,
      Cmd: config.command,
      Env: config.env,
      ExposedPorts: Object.fromEntries(config.ports.map((port) => [port, {}])),
      Labels: labels,
      WorkingDir: '/',
    },
    RootFS: { Type: 'layers', Layers: layers.map(({ createdBy }) => `sha256:${toId(createdBy)}`) },
    Metadata: { LastTagTime: toTime(createdAt) },
  })
}

export function imageHistory(call: Call): void {
  const { id, tags, layers, createdAt } = find(call)
  const newestFirst = layers.toReversed().map(({ createdBy, size, comment }, index) => ({
    Id: index === 0 ? id : '<missing>',
    Created: Math.floor(createdAt / 1000) - index * 3,
    CreatedBy: createdBy,
    Tags: index === 0 ? tags : null,
    Size: size,
    Comment: comment,
  }))
  sendJson(call, newestFirst)
}

export function tagImage(call: Call): void {
  const { query, store, response } = call
  const image = find(call)
  const repository = query.get('repo') ?? ''
  if (!/^[a-z0-9][a-z0-9._/:-]*$/.test(repository)) {
    throw new Refusal(400, `invalid reference format: ${repository}`)
  }
  const name = withTag(`${repository}${query.get('tag') ? `:${query.get('tag') ?? ''}` : ''}`)
  for (const other of store.images.values()) {
    other.tags = other.tags.filter((tag) => tag !== name)
  }
  image.tags = [...image.tags, name]
  store.change('image', 'tag', image.id, { name })
  response.writeHead(201).end()
}

export async function removeImage(call: Call): Promise<void> {
  const { store, query, stepMs } = call
  const reference = decodeURIComponent(call.params[0] ?? '')
  const image = find(call)
  await pause(stepMs)
  const force = isSet(query, 'force')
  const byTag = image.tags.includes(withTag(reference))
  if (byTag && image.tags.length > 1) {
    image.tags = image.tags.filter((tag) => tag !== withTag(reference))
    store.change('image', 'untag', image.id, { name: reference })
    sendJson(call, [{ Untagged: withTag(reference) }])
    return
  }
  refuseUsed(store, image, { reference, byTag, force })
  if (!byTag && image.tags.length > 1 && !force) {
    throw new Refusal(
      409,
      `conflict: unable to delete ${image.id.slice(7, 19)} (must be forced) - image is referenced in multiple repositories`,
    )
  }
  store.images.delete(image.id)
  for (const tag of image.tags) store.change('image', 'untag', image.id, { name: tag })
  store.change('image', 'delete', image.id, { name: image.id })
  sendJson(call, [...image.tags.map((tag) => ({ Untagged: tag })), { Deleted: image.id }])
}

function refuseUsed(
  store: EngineStore,
  image: FakeImage,
  { reference, byTag, force }: { reference: string; byTag: boolean; force: boolean },
): void {
  const user = store.containers.values().find(({ imageId }) => imageId === image.id)
  if (!user) return
  const short = image.id.slice(7, 19)
  const container = user.id.slice(0, 12)
  if (user.state === 'running') {
    throw new Refusal(
      409,
      `conflict: unable to delete ${short} (cannot be forced) - image is being used by running container ${container}`,
    )
  }
  if (force) return
  throw new Refusal(
    409,
    byTag
      ? `conflict: unable to remove repository reference "${reference}" (must force) - container ${container} is using its referenced image ${short}`
      : `conflict: unable to delete ${short} (must be forced) - image is being used by stopped container ${container}`,
  )
}

export async function pruneImages(call: Call): Promise<void> {
  const { store, query, stepMs } = call
  await pause(stepMs)
  const all = readFilters(query).get('dangling')?.[0] === 'false'
  const gone = [...store.images.values()].filter(
    (image) => (all || image.tags.length === 0) && countContainers(store, image) === 0,
  )
  for (const image of gone) {
    store.images.delete(image.id)
    store.change('image', 'delete', image.id, { name: image.id })
  }
  store.change('image', 'prune', '', {})
  sendJson(call, {
    ImagesDeleted: gone.flatMap(({ id, tags }) => [
      ...tags.map((tag) => ({ Untagged: tag })),
      { Deleted: id },
    ]),
    SpaceReclaimed: gone.reduce((total, { size, sharedSize }) => total + size - sharedSize, 0),
  })
}
