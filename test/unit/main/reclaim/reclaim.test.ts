import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  AppError,
  type ReclaimChoice,
  type ReclaimKind,
  type ReclaimPlan,
  type ReclaimRun,
} from '#api'
import { createEngineClient } from '../../../../main/engine/client.ts'
import { Reclaim } from '../../../../main/reclaim/reclaim.ts'
import { createFakeEngine, type FakeEngine } from '../../../support/fake-engine/engine.ts'
import { playScenario } from '../../../support/fake-engine/scenarios.ts'
import type { FakeReclaim } from '../../../support/fake-reclaim.ts'
import { sampleReclaim } from '../../../support/sample-reclaim.ts'

let folder: string
let engine: FakeEngine
let guest: FakeReclaim
let reclaim: Reclaim

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-reclaim-'))
  engine = createFakeEngine({ stepMs: 0 })
  playScenario(engine, 'running')
  guest = sampleReclaim(engine.store)
  const socket = join(folder, 'docker.sock')
  await engine.listen(socket)
  reclaim = new Reclaim({
    client: createEngineClient(socket),
    machine: {
      exec: (command, { input = '' } = {}) => Promise.resolve(guest.exec(command, String(input))),
      footprint: () => Promise.resolve(guest.footprint()),
    },
    returns: { disk: true, memory: true },
    settleMs: 0,
    toShape: (error) =>
      error instanceof AppError ? error.toShape() : { code: 'internal', params: {} },
  })
})
afterEach(async () => {
  await engine[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const itemOf = (plan: ReclaimPlan, kind: ReclaimKind) => {
  const found = plan.items.find((item) => item.kind === kind)
  if (!found) throw new Error(`no ${kind}`)
  return found
}
async function run(plan: ReclaimPlan, ...kinds: ReclaimKind[]): Promise<ReclaimRun> {
  const seen: ReclaimRun[] = []
  for await (const now of reclaim.run(
    plan.id,
    kinds.map((kind) => ({ kind })),
  ))
    seen.push(now)
  const last = seen.at(-1)
  if (!last) throw new Error('nothing was told')
  return last
}
const ticked = (plan: ReclaimPlan) =>
  plan.items.filter((item) => item.ticked).map(({ kind }) => kind)

test('what is ticked loses nothing that cannot be had again, and comes back to the computer', async () => {
  const plan = await reclaim.plan()
  expect(ticked(plan)).toEqual(['dangling-images', 'build-cache', 'trim', 'caches'])
  const { containers, volumes } = engine.store
  const before = [containers.size, volumes.size]
  const images = engine.store.images.size
  const { steps, before: was, after } = await run(plan, ...ticked(plan))
  expect(steps.map(({ kind, state }) => [kind, state])).toEqual(
    ticked(plan).map((kind) => [kind, 'done']),
  )
  expect([containers.size, volumes.size]).toEqual(before)
  expect(engine.store.images.size).toBe(images - 2)
  expect([...engine.store.buildCache.values()].map(({ inUse }) => inUse)).toEqual([true])
  const trim = itemOf(plan, 'trim').bytes
  const won = itemOf(plan, 'build-cache').bytes + itemOf(plan, 'dangling-images').bytes + trim
  expect(was).toEqual(plan.host)
  // The guest counts in KiB.
  expect(Math.abs(was.disk - (after?.disk ?? 0) - won)).toBeLessThan(1024)
  const sum = steps.slice(0, -1).reduce((total, { bytes }) => total + bytes, 0)
  expect(Math.abs(sum - won)).toBeLessThan(1024)
  expect((was.memory ?? 0) - (after?.memory ?? 0)).toBe(steps.at(-1)?.bytes)
})

test('an image with several names goes with all of them; one that was shown alone is chosen alone', async () => {
  const plan = await reclaim.plan()
  const used = itemOf(plan, 'images').things.filter(({ name }) => name.startsWith('nginx'))
  expect(used).toEqual([])
  const image = engine.store.image('ghcr.io/acme/shop-api:2.4.0')
  engine.store.containers.clear()
  const next = await reclaim.plan()
  const chosen: ReclaimChoice[] = [{ kind: 'images', only: [image.id] }]
  for await (const { steps } of reclaim.run(next.id, chosen)) expect(steps).toHaveLength(1)
  expect(engine.store.findImage('ghcr.io/acme/shop-api:stable')).toBeUndefined()
  expect(engine.store.findImage('redis:8-alpine')).toBeDefined()
})

test('what has come into use since is left, and counted', async () => {
  engine.store.containers.clear()
  const plan = await reclaim.plan()
  const [first, second] = engine.store.images.values().filter(({ tags }) => tags.length === 1)
  const [used] = engine.store.volumes.values()
  if (!first || !second || !used) throw new Error('no samples')
  // A name that leads elsewhere by now, a new name, a new container.
  const tag = first.tags[0] ?? ''
  first.tags = []
  engine.store.images.set('sha256:new', { ...first, id: 'sha256:new', tags: [tag] })
  second.tags.push('second:kept')
  playScenario(engine, 'running')
  second.tags = ['second:kept']
  engine.store.images.set(second.id, second)
  const { steps } = await run(plan, 'images', 'volumes')
  expect(engine.store.images.has('sha256:new')).toBe(true)
  expect(engine.store.images.has(second.id)).toBe(true)
  expect(engine.store.volumes.has(used.name)).toBe(true)
  expect(steps.map(({ state }) => state)).toEqual(['done', 'done'])
  expect(steps.every(({ kept }) => kept > 0)).toBe(true)
})

test('a step that fails is told with its sentence, and the others are done', async () => {
  const plan = await reclaim.plan()
  guest.broken.add('trim')
  engine.breakNext('DELETE /volumes/scratch', { status: 500, message: 'device busy' })
  const { steps, after } = await run(plan, 'volumes', 'trim', 'caches')
  expect(steps).toMatchObject([
    { state: 'failed', done: 2, of: 2, error: { code: 'engine-refused' } },
    { state: 'failed', error: { code: 'reclaim-guest', params: { what: 'trim' } } },
    { state: 'done' },
  ])
  expect(engine.store.volumes.has('legacy_mysql-data')).toBe(false)
  expect(after).toBeDefined()
})

test('who leaves ends it after what is being done, and it can be begun again', async () => {
  const plan = await reclaim.plan()
  const size = engine.store.volumes.size
  for await (const { steps } of reclaim.run(plan.id, [
    { kind: 'dangling-images' },
    { kind: 'volumes' },
  ])) {
    if (steps[0]?.state === 'done') break
  }
  const next = await reclaim.plan()
  await expect.poll(() => run(next, 'caches').catch(() => undefined)).toBeDefined()
  expect(engine.store.volumes.size).toBeGreaterThan(size - 2)
})

test('a volume is chosen by its whole name, however others begin', async () => {
  const { volumes } = engine.store
  const like = volumes.get('legacy_mysql-data')
  if (!like) throw new Error('no such volume')
  for (const name of ['shop_archive', 'shop_archive_2']) volumes.set(name, { ...like, name })
  const plan = await reclaim.plan()
  const first = reclaim.run(plan.id, [{ kind: 'volumes', only: ['shop_archive'] }])
  for await (const { steps } of first) expect(steps).toHaveLength(1)
  expect([volumes.has('shop_archive'), volumes.has('shop_archive_2')]).toEqual([false, true])
  const { id } = await reclaim.plan()
  const part = reclaim.run(id, [{ kind: 'volumes', only: ['shop_archive'] }])
  await expect(part[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'input-invalid' })
  expect(volumes.has('shop_archive_2')).toBe(true)
})

test('only one at a time, and nothing that was not shown', async () => {
  const [plan, other] = [await reclaim.plan(), await reclaim.plan()]
  const going = reclaim.run(plan.id, [{ kind: 'dangling-images' }])[Symbol.asyncIterator]()
  await going.next()
  await expect(run(other, 'trim')).rejects.toMatchObject({ code: 'reclaim-busy' })
  for (let next = await going.next(); next.done !== true; next = await going.next());
  await expect(run(plan, 'trim')).rejects.toMatchObject({ code: 'reclaim-stale' })
  const wrong = reclaim.run(other.id, [{ kind: 'volumes', only: ['shop_db-data'] }])
  await expect(wrong[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    ...{ code: 'input-invalid', params: { what: 'volumes:shop_db-data' } },
  })
})

test('a reader that stands still keeps nobody else from it', async () => {
  const volumes = Array.from({ length: 200 }, (_, index) => `spare-${index}`)
  for (const name of volumes)
    engine.store.volumes.set(name, { name, driver: 'local', labels: {}, createdAt: 0, size: 1 })
  const [plan, other] = [await reclaim.plan(), await reclaim.plan()]
  // So that each volume is told of.
  let now = Date.now()
  vi.spyOn(Date, 'now').mockImplementation(() => (now += 1000))
  const still = reclaim.run(plan.id, [{ kind: 'volumes' }])[Symbol.asyncIterator]()
  await still.next()
  await expect
    .poll(() => run(other, 'caches').catch(() => undefined), { timeout: 10_000 })
    .toBeDefined()
  vi.restoreAllMocks()
  expect(volumes.filter((name) => engine.store.volumes.has(name))).toEqual([])
  // Whoever reads on gets how it ended.
  const rest: ReclaimRun[] = []
  for (let next = await still.next(); next.done !== true; next = await still.next())
    rest.push(next.value)
  expect(rest.at(-1)?.after).toBeDefined()
  expect(rest.length).toBeLessThan(10)
})

test.each([
  [null],
  [[null]],
  [[{ kind: 'everything' }]],
  [[{ kind: 'volumes', only: 'scratch' }]],
  [[{ kind: 'build-cache', only: [] }]],
  [[{ kind: 'trim', only: ['x'] }]],
])('choices that are none are refused before anything is done: %j', async (choices) => {
  const plan = await reclaim.plan()
  const before = engine.store.buildCache.size
  const bad = reclaim.run(plan.id, choices as ReclaimChoice[])[Symbol.asyncIterator]()
  await expect(bad.next()).rejects.toMatchObject({ code: 'input-invalid' })
  expect(engine.store.buildCache.size).toBe(before)
})

test('all names of an image are shown, and it may be chosen by any of them', async () => {
  engine.store.containers.clear()
  const plan = await reclaim.plan()
  const shown = itemOf(plan, 'images').things.find(({ names }) => names !== undefined)
  const [, other = ''] = shown?.names ?? []
  expect(shown?.names).toContain(shown?.name)
  for await (const { steps } of reclaim.run(plan.id, [{ kind: 'images', only: [other] }]))
    expect(steps).toHaveLength(1)
  expect(engine.store.images.has(shown?.id ?? '')).toBe(false)
})

test('a name that was given to another image since leads nowhere', async () => {
  engine.store.containers.clear()
  const plan = await reclaim.plan()
  const shown = itemOf(plan, 'images').things.find(({ names }) => names !== undefined)
  const image = engine.store.images.get(shown?.id ?? '')
  if (!image) throw new Error('no sample')
  const [moved = ''] = image.tags
  image.tags = image.tags.slice(1)
  engine.store.images.set('sha256:built', { ...image, id: 'sha256:built', tags: [moved] })
  await run(plan, 'images')
  expect(engine.store.images.has('sha256:built')).toBe(true)
})

test('a log that has come to its end since keeps what the plan did not show', async () => {
  const [id] = guest.logs.entries().find(([, { old }]) => old > 0) ?? ['']
  const container = engine.store.containers.get(id)
  if (!container) throw new Error('no sample')
  const plan = await reclaim.plan()
  container.state = 'exited'
  const { steps } = await run(plan, 'logs')
  expect(guest.logs.get(id)).toMatchObject({ old: 0 })
  expect(guest.logs.get(id)?.now).toBeGreaterThan(0)
  expect(steps[0]?.bytes).toBe(itemOf(plan, 'logs').bytes)
})

test('the logs of what runs keep the file that is written', async () => {
  const plan = await reclaim.plan()
  await run(plan, 'logs')
  const { containers } = engine.store
  const left = [...guest.logs].map(([id, { now, old }]) => [containers.get(id)?.name, now > 0, old])
  expect(left).toEqual([
    ['web', true, 0],
    ['train-model', false, 0],
  ])
})

test('a snapshot that goes while the engine adds them up does not keep the plan from being made', async () => {
  const message = 'NotFound: snapshot q9vk-view does not exist: not found'
  engine.breakNext('/system/df', { status: 404, message }, 2)
  const plan = await reclaim.plan()
  expect(itemOf(plan, 'build-cache').count).toBe(6)
  engine.breakNext('/system/df', { status: 404, message: 'page not found' })
  await expect(reclaim.plan()).rejects.toMatchObject({ code: 'engine-refused' })
})
