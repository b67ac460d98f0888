import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { TransferProgress } from '#api'
import { Images } from '../../../../main/engine/images.ts'
import { addContainer, addImage, addVolume } from '../../../support/fake-engine/make.ts'
import { Networks } from '../../../../main/engine/networks.ts'
import { Volumes } from '../../../../main/engine/volumes.ts'
import { reading, type WithEngine, withEngine } from './with-engine.ts'

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

async function all(source: AsyncIterable<TransferProgress>): Promise<TransferProgress[]> {
  const items: TransferProgress[] = []
  for await (const item of source) items.push(item)
  return items
}

describe('images', () => {
  test('are listed, and again when one was changed, but not when one was saved', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const images = new Images(client, changes)
    await using list = reading(images.watch())
    const [first] = await list.take()
    expect(first).toMatchObject({ tags: ['nginx:latest'], size: 1000, labels: {} })
    engine.store.change('image', 'save', first?.id ?? '')
    await images.tag(first?.id ?? '', 'registry.example.com:5000/team/web')
    expect((await list.take())[0]?.tags).toContain('registry.example.com:5000/team/web:latest')
    expect(engine.requests.filter((line) => line.includes('/images/json'))).toHaveLength(2)
  })

  test('tell their making, their use and all of themselves', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const images = new Images(client, changes)
    addImage(engine.store, { tags: ['big:1'], size: 900, sharedSize: 300, age: 1 })
    addContainer(engine.store, { name: 'one', image: 'big:1', age: 1 })
    expect((await images.history('big:1'))[0]).toMatchObject({ tags: expect.any(Array) as unknown })
    const uses = await images.usage()
    expect(uses.find(({ containers }) => containers > 0)).toMatchObject({ ownBytes: 600 })
    expect(JSON.parse(await images.inspect('big:1'))).toMatchObject({ RepoTags: ['big:1'] })
    await expect(images.inspect('nosuch')).rejects.toMatchObject({ code: 'image-not-found' })
    await expect(images.inspect('../x')).rejects.toMatchObject({ code: 'image-name-invalid' })
  })

  test('that a container uses are kept', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const images = new Images(client, changes)
    addContainer(engine.store, { name: 'one', image: 'nginx', age: 1 })
    await expect(images.remove('nginx:latest')).rejects.toMatchObject({ code: 'image-in-use' })
  })

  test('are pulled layer by layer, for another platform too', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const images = new Images(client, changes)
    const lines = await all(images.pull('redis', { platform: 'linux/arm64' }))
    expect(lines.some(({ layer, total }) => layer !== undefined && total !== undefined)).toBe(true)
    const asked = engine.requests.find((line) => line.includes('/images/create')) ?? ''
    expect(Object.fromEntries(new URL(asked.slice(5), 'http://x').searchParams)).toEqual({
      fromImage: 'redis',
      tag: 'latest',
      platform: 'linux/arm64',
    })
    expect(() => images.pull('redis', { platform: 'a b' })).toThrow(
      expect.objectContaining({ code: 'input-invalid' }),
    )
    await expect(all(images.pull('missing'))).rejects.toMatchObject({
      code: 'image-not-found',
      params: { image: 'missing:latest' },
    })
  })

  test.each([
    ['half', 'engine-unreachable'],
    ['invalid-json', 'engine-garbled'],
    [{ status: 500, message: 'toomanyrequests' }, 'registry-limited'],
  ] as const)('whose pull is answered by %j fail by name', async (fault, code) => {
    await using fixture = await withEngine()
    fixture.engine.breakNext('/images/create', fault)
    const images = new Images(fixture.client, fixture.changes)
    await expect(all(images.pull('redis'))).rejects.toMatchObject({ code })
  })

  test('are pulled and pushed as whoever has logged in at their registry', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const asked: string[] = []
    const show = (registry: string) => {
      asked.push(registry)
      return Promise.resolve(registry === 'a.example:5000' ? 'c2VjcmV0' : undefined)
    }
    const images = new Images(client, changes, { pull: show, push: show })
    await all(images.pull('a.example:5000/team/app:1'))
    await all(images.push('a.example:5000/team/app:1'))
    await all(images.push('nginx'))
    expect(asked).toEqual(['a.example:5000', 'a.example:5000', 'docker.io'])
    expect(engine.store.accounts).toEqual(['c2VjcmV0', 'c2VjcmV0', undefined])
    await expect(all(images.push('nosuch:1'))).rejects.toMatchObject({ code: 'push-missing' })
    expect(() => images.push(`nginx@sha256:${'a'.repeat(64)}`)).toThrow(
      expect.objectContaining({ code: 'image-name-invalid' }),
    )
  })

  test('tell what a registry has against a push', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const auth = { value: undefined as string | undefined }
    const show = () => Promise.resolve(auth.value)
    const images = new Images(client, changes, { pull: show, push: show })
    await images.tag('nginx', 'denied.example/app:1')
    const push = () => all(images.push('denied.example/app:1'))
    await expect(push()).rejects.toMatchObject({ code: 'push-login' })
    auth.value = 'e30='
    await expect(push()).rejects.toMatchObject({ code: 'push-denied' })
    await images.tag('nginx', 'full.example/app:1')
    await expect(all(images.push('full.example/app:1'))).rejects.toMatchObject({
      code: 'push-large',
      params: { host: 'full.example' },
    })
    expect(engine.broken).toEqual([])
  })

  test('are not pulled on when the reader leaves', async () => {
    await using fixture = await withEngine()
    const images = new Images(fixture.client, fixture.changes)
    {
      await using lines = reading(images.pull('redis'))
      await lines.take()
    }
    await expect.poll(() => fixture.engine.store.keptPulls.has('redis:latest')).toBe(true)
  })

  /** A pull that stands half-way, until it is cancelled and then until the engine is told to let go. */
  async function pullHeld({ engine, client, changes }: WithEngine) {
    const letGo = engine.cling()
    const cancel = new AbortController()
    const told: TransferProgress[] = []
    const over = vi.fn()
    const read = async () => {
      for await (const line of new Images(client, changes).pull('held', cancel)) told.push(line)
      over()
    }
    const ended = read()
    await expect.poll(() => told.at(-1)?.current).toBeGreaterThan(14_000_000)
    return { letGo, cancel, over, ended }
  }

  test('whose pull is cancelled tell on until the engine has let go, and of no failure', async () => {
    await using fixture = await withEngine()
    const { engine } = fixture
    const { letGo, cancel, over, ended } = await pullHeld(fixture)
    cancel.abort()
    await expect.poll(() => engine.store.keptPulls.has('held:latest')).toBe(true)
    expect(over).not.toHaveBeenCalled()
    letGo()
    await ended
    expect(engine.broken).toEqual([])
  })

  test('whose pull the engine does not let go of are left in the end', async () => {
    await using fixture = await withEngine()
    const { cancel, over, ended } = await pullHeld(fixture)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    cancel.abort()
    vi.advanceTimersByTime(9_999)
    await new Promise(setImmediate)
    expect(over).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    await ended
  })

  test('whose pull has no answer yet are not asked for any more when it is cancelled', async () => {
    await using fixture = await withEngine()
    fixture.engine.breakNext('/images/create', 'never')
    const cancel = new AbortController()
    await using lines = reading(new Images(fixture.client, fixture.changes).pull('redis', cancel))
    const ended = lines.end()
    await expect
      .poll(() => fixture.engine.requests)
      .toContainEqual(expect.stringContaining('/images/create'))
    cancel.abort()
    await ended
  })

  test('whose login nobody gives are not asked for any more when their push is cancelled', async () => {
    await using fixture = await withEngine()
    const never = () => new Promise<never>(() => undefined)
    const images = new Images(fixture.client, fixture.changes, { pull: never, push: never })
    const cancel = new AbortController()
    await using lines = reading(images.push('me/app:1', cancel))
    const ended = lines.end()
    cancel.abort()
    await ended
    expect(fixture.engine.requests.filter((line) => line.includes('/push'))).toEqual([])
  })

  test('are loaded from a file and from what comes by the way, and refused by name', async () => {
    await using fixture = await withEngine()
    const images = new Images(fixture.client, fixture.changes)
    const folder = await mkdtemp(join(tmpdir(), 'berth-images-'))
    folders.push(folder)
    const file = join(folder, 'not.tar')
    await writeFile(file, 'no archive')
    await expect(all(images.load(join(folder, 'nosuch.tar')))).rejects.toMatchObject({
      code: 'image-file-invalid',
    })
    fixture.engine.breakNext('/images/load', { status: 400, message: 'invalid tar header' })
    await expect(all(images.load(file))).rejects.toMatchObject({ code: 'image-file-invalid' })
    const archive = await Array.fromAsync(
      (await images.save(['nginx:latest'], new AbortController().signal)) as AsyncIterable<Buffer>,
    )
    const lines = await all(images.loadFrom(Readable.from([Buffer.concat(archive)])))
    expect(lines.length).toBeGreaterThan(0)
  })

  test('are no archive when the engine ends one with its words for a failure', async () => {
    await using fixture = await withEngine()
    const images = new Images(fixture.client, fixture.changes)
    fixture.engine.breakNext('/images/get', 'invalid-json')
    const archive = await images.save(['nginx'], new AbortController().signal)
    await expect(archive.toArray()).rejects.toMatchObject({ code: 'engine-garbled' })
  })

  test('are saved together, until the reader has enough', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const images = new Images(client, changes)
    const abort = new AbortController()
    const archive = await images.save(['nginx', 'sha256:abc'], abort.signal).catch(() => undefined)
    archive?.destroy()
    expect(engine.requests.at(-1)).toMatch(/names=nginx%3Alatest&names=sha256%3Aabc/)
    const none = Promise.resolve().then(() => images.save([], abort.signal))
    await expect(none).rejects.toMatchObject({ code: 'input-invalid' })
  })
})

test('volumes and networks are listed, and fetched by no container’s comings and goings', async () => {
  await using fixture = await withEngine()
  const { engine, client, changes } = fixture
  addVolume(engine.store, 'shop_data', 1000, 10)
  await using volumes = reading(new Volumes(client, changes).watch())
  await using networks = reading(new Networks(client, changes).watch())
  expect(await volumes.take()).toMatchObject([
    { name: 'shop_data', driver: 'local', labels: { 'com.docker.compose.project': 'shop' } },
  ])
  expect(await networks.take()).toMatchObject([
    { name: 'bridge', subnets: ['172.17.0.0/16'] },
    { name: 'host', subnets: [] },
    { name: 'none' },
  ])
  engine.store.change('volume', 'mount', 'shop_data')
  engine.store.change('network', 'connect', 'x', { container: 'y' })
  addVolume(engine.store, 'other', 0, 1)
  engine.store.change('volume', 'create', 'other')
  expect((await volumes.take()).map(({ name }) => name)).toEqual(['shop_data', 'other'])
  expect(engine.requests.filter((line) => line.endsWith('/volumes'))).toHaveLength(2)
  expect(engine.requests.filter((line) => line.endsWith('/networks'))).toHaveLength(1)
})

test.each(['../x', 'x/../y', 'x/./y', 'x//y', '/x', 'x/', 'a b', 'x?y', 'x#y', '', undefined])(
  '%j is no image that could be asked for',
  async (name) => {
    await using fixture = await withEngine()
    const images = new Images(fixture.client, fixture.changes)
    const asked = fixture.engine.requests.length
    await expect(images.remove(name as never)).rejects.toMatchObject({
      code: 'image-name-invalid',
    })
    expect(fixture.engine.requests).toHaveLength(asked)
  },
)
