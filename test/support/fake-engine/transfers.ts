import { once } from 'node:events'
import { type Call, readBody } from './answers.ts'
import { tarEnd, toTarEntry } from '../tar.ts'
import type { FakeImage } from './objects.ts'
import { pause } from './pause.ts'
import { Refusal } from './refusal.ts'
import { type EngineStore, toId, withTag } from './store.ts'

const steps = 12
const heldAt = 7
const forever = 2 ** 31 - 1

interface Line {
  status?: string
  stream?: string
  id?: string
  progressDetail?: { current?: number; total?: number; units?: string }
  progress?: string
  error?: string
  errorDetail?: { message: string }
}

function write({ response }: Call, line: Line): void {
  response.write(`${JSON.stringify(line)}\r\n`)
}

/**
 * POST /images/create: four layers, each through its states, `stepMs` a step; a pull whose client went goes on where it
 * was when it is asked for again. A reference with "missing" in it is known to no registry, one with "interrupted"
 * breaks half-way, one with "held" stands half-way until its client goes, and one with "many" has a dozen layers.
 */
export async function pullImage(call: Call): Promise<void> {
  const { query, response, store, gone, stepMs } = call
  const repository = query.get('fromImage') ?? ''
  const tag = query.get('tag') ?? ''
  const separator = tag.startsWith('sha256:') ? '@' : ':'
  const reference = withTag(tag === '' ? repository : `${repository}${separator}${tag}`)
  store.accounts.push(call.request.headers['x-registry-auth'])
  await pause(stepMs, gone)
  if (reference.includes('missing')) {
    throw new Refusal(
      404,
      `failed to resolve reference "docker.io/library/${reference}": docker.io/library/${reference}: not found`,
    )
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  write(call, { status: `Pulling from ${repository}`, id: tag === '' ? 'latest' : tag })
  const layers = toLayers(reference)
  const kept = store.keptPulls.get(reference) ?? 0
  for (const { id } of layers) write(call, { status: 'Pulling fs layer', id, progressDetail: {} })
  for (const { id, pace } of layers)
    if (shareOf(pace, kept) >= 1) write(call, { status: 'Already exists', id, progressDetail: {} })
  for (let step = kept + 1; step <= steps; step += 1) {
    await pause(reference.includes('held') && step === heldAt + 1 && !kept ? forever : stepMs, gone)
    if (gone.aborted) {
      store.keptPulls.set(reference, step - 1)
      await store.clinging
      write(call, { error: 'context canceled', errorDetail: { message: 'context canceled' } })
      response.end()
      return
    }
    if (reference.includes('interrupted') && step === steps / 2) {
      const message = `failed to copy: httpReadSeeker: failed open: unexpected EOF`
      write(call, { error: message, errorDetail: { message } })
      response.end()
      return
    }
    for (const layer of layers) tellLayer(call, layer, step)
  }
  write(call, { status: `Digest: sha256:${toId(reference)}` })
  write(call, { status: `Status: Downloaded newer image for ${reference}` })
  addImage(store, reference, 'pull')
  response.end()
}

function toLayers(reference: string) {
  const count = reference.includes('many') ? 12 : 4
  return Array.from({ length: count }, (_, index) => ({
    id: toId(`${reference} ${index}`).slice(0, 12),
    total: 4_000_000 * (index + 1),
    /** Faster ones end earlier. */
    pace: 2 - (index * 1.2) / count,
  }))
}

/** How much of a layer has come after so many steps; above 1 it is unpacked. */
function shareOf(pace: number, step: number): number {
  return (step / steps) * pace * 1.4
}

function tellLayer(
  call: Call,
  { id, total, pace }: { id: string; total: number; pace: number },
  step: number,
): void {
  const share = shareOf(pace, step)
  const before = shareOf(pace, step - 1)
  const tell = (status: string, of: number) =>
    write(call, {
      status,
      id,
      progressDetail: { current: Math.round(Math.min(1, of) * total), total },
      progress: '[=====>    ]',
    })
  if (share < 1) {
    tell('Downloading', share)
  } else if (before < 1) {
    tell('Downloading', 1)
    write(call, { status: 'Download complete', id, progressDetail: {} })
  } else if (share < 1.5 && step < steps) {
    // As the containerd store tells it.
    const progressDetail = { current: step, units: 's' }
    write(call, { status: 'Extracting', id, progressDetail, progress: `${step} s` })
  } else if (before < 1.5) {
    write(call, { status: 'Pull complete', id, progressDetail: {} })
  }
}

/** Puts an image in the store under a name, which it takes from the one that had it. */
function addImage(store: EngineStore, reference: string, how: 'pull' | 'load'): FakeImage {
  for (const image of store.images.values()) {
    image.tags = image.tags.filter((tag) => tag !== reference)
  }
  const id = `sha256:${toId(`${reference} ${Date.now()} ${store.past.length}`)}`
  const image: FakeImage = {
    id,
    tags: [reference],
    digests: how === 'pull' ? [`${reference.replace(/:[^/:]*$/, '')}@${id}`] : [],
    size: 54_321_000,
    sharedSize: 0,
    createdAt: Date.now() - 86_400_000,
    labels: {},
    layers: [{ createdBy: 'CMD ["/bin/sh"]', size: 54_321_000, comment: '' }],
    config: { entrypoint: [], command: ['/bin/sh'], env: ['PATH=/usr/bin:/bin'], ports: [] },
  }
  store.images.set(id, image)
  store.change('image', how, how === 'pull' ? reference : id, { name: reference })
  return image
}

/** POST /images/load: any bytes are an archive, except none and those that begin with "not". */
export async function loadImage(call: Call): Promise<void> {
  const { request, response, store, stepMs, gone } = call
  const body = await readBody(request)
  response.writeHead(200, { 'content-type': 'application/json' })
  if (body === '' || body.startsWith('not')) {
    const message = 'unrecognized image format'
    write(call, { error: message, errorDetail: { message } })
    response.end()
    return
  }
  const id = toId(body.slice(0, 4096)).slice(0, 12)
  const total = Math.max(body.length, 4_000_000)
  for (let step = 1; step <= steps / 2; step += 1) {
    await pause(stepMs, gone)
    if (gone.aborted) return
    const current = Math.round((total * step * 2) / steps)
    write(call, { status: 'Loading layer', id, progressDetail: { current, total } })
  }
  const names = /"RepoTags":(\[[^\]]*\])/.exec(body)?.[1]
  const references = names === undefined ? ['loaded:latest'] : (JSON.parse(names) as string[])
  for (const reference of references) {
    addImage(store, reference, 'load')
    write(call, { stream: `Loaded image: ${reference}\n` })
  }
  response.end()
}

const blockBytes = 256 * 1024

/** GET /images/get: a tar as long as the images are, as fast as it is taken. */
export async function saveImages(call: Call): Promise<void> {
  const { query, params, response, store, gone } = call
  const named = params[0] === undefined ? query.getAll('names') : [decodeURIComponent(params[0])]
  const names = named.flatMap((name) => name.split(','))
  const images = names.map((name) => store.image(name))
  response.writeHead(200, { 'content-type': 'application/x-tar' })
  const manifest = images.map(({ tags, id }) => ({
    Config: `blobs/${id.replace(':', '/')}`,
    RepoTags: tags,
    Layers: [],
  }))
  response.write(toTarEntry({ name: 'manifest.json', content: JSON.stringify(manifest) }))
  for (const [index, { size }] of images.entries()) {
    for (let sent = 0; sent < size && !gone.aborted; sent += blockBytes) {
      const content = Buffer.alloc(Math.min(blockBytes, size - sent))
      const block = toTarEntry({ name: `blobs/${index}-${sent}`, content })
      if (!response.write(block)) {
        await once(response, 'drain', { signal: gone }).catch(() => undefined)
      }
    }
  }
  if (!gone.aborted) response.end(tarEnd)
}
