import { expect, test } from 'vitest'
import type { ReclaimKind } from '#api'
import { parseEngineUsage } from '../../../../main/reclaim/engine-usage.ts'
import type { GuestUsage } from '../../../../main/reclaim/guest-usage.ts'
import { whatReturns } from '../../../../main/reclaim/returns.ts'
import { survey } from '../../../../main/reclaim/survey.ts'

const id = (letter: string) => letter.repeat(64)
const image = (letter: string, more: object = {}) => ({
  ...{ Id: `sha256:${id(letter)}`, RepoTags: null, RepoDigests: null },
  ...{ Size: 100, SharedSize: 40, Containers: 0, ...more },
})
const container = (letter: string, State: string, more: object = {}) => ({
  ...{ Id: id(letter), Names: [`/${letter}`], ImageID: '', State, SizeRw: 5, ...more },
})
const volume = (Name: string, RefCount: number, Labels: object | null = null) => ({
  ...{ Name, Labels, UsageData: { Size: 30, RefCount } },
})
const anonymous = { 'com.docker.volume.anonymous': '' }
const gibibyte = 1024 ** 3

function look(answer: object, more: { guest?: Partial<GuestUsage>; platform?: string } = {}) {
  const items = survey({
    engine: parseEngineUsage(answer),
    guest: { diskUsed: gibibyte, caches: 0, logs: [], ...more.guest },
    host: { disk: 3 * gibibyte, memory: gibibyte },
    returns: whatReturns((more.platform ?? 'linux') as NodeJS.Platform),
  })
  return (kind: ReclaimKind) => {
    const found = items.find((item) => item.kind === kind)
    if (!found) throw new Error(`no ${kind}`)
    return { ...found, names: found.things.map(({ name }) => name) }
  }
}

test('only images that no container is made of, apart by whether they have a name', () => {
  const of = look({
    Images: [
      image('a', { RepoTags: ['app:1', 'app:2'] }),
      image('b', { RepoTags: ['used:1'], Containers: 1 }),
      image('c', { RepoTags: ['used:2'], Containers: -1 }),
      image('d', { RepoDigests: ['pinned@sha256:1'] }),
      image('e', { SharedSize: -1 }),
    ],
    Containers: [container('1', 'exited', { ImageID: `sha256:${id('c')}` })],
  })
  expect(of('images')).toMatchObject({ names: ['app:1', 'pinned@sha256:1'], bytes: 120 })
  expect(of('images').ticked).toBe(false)
  expect(of('images').things[0]).toMatchObject({ tags: ['app:1', 'app:2'] })
  expect(of('dangling-images')).toMatchObject({ names: ['eeeeeeeeeeee'], bytes: 100, ticked: true })
})

test('volumes are never ticked, and one whose users cannot be counted is none of them', () => {
  const volumes = [volume('data', 0), volume('used', 1), volume('odd', -1)]
  const of = look({ Volumes: [...volumes, volume(id('f'), 0, anonymous)] })
  expect(of('volumes')).toMatchObject({ names: ['data'], ticked: false, bytes: 30 })
  expect(of('anonymous-volumes')).toMatchObject({ names: [id('f')], ticked: false })
})

test('containers without a process; the cache that nothing uses and no image has', () => {
  const of = look({
    Containers: ['running', 'paused', 'restarting', 'exited', 'created', 'dead'].map(
      (state, index) => container(String(index), state),
    ),
    BuildCache: [
      { ID: 'x', Size: 7, InUse: false, Shared: false, Description: 'RUN make' },
      { ID: 'y', Size: 8, InUse: true, Shared: false },
      { ID: 'z', Size: 9, InUse: false, Shared: true },
    ],
  })
  expect(of('containers')).toMatchObject({ names: ['3', '4', '5'], ticked: false, bytes: 15 })
  expect(of('build-cache')).toMatchObject({ names: ['RUN make'], ticked: true, bytes: 7 })
})

test('of the log of a container that runs only the older files, of one that does not exist none', () => {
  const log = (letter: string, isOld: boolean) => ({ container: id(letter), bytes: 10, isOld })
  const logs = [log('1', false), log('1', true), log('2', false), log('2', true), log('3', false)]
  const Containers = [container('1', 'running'), container('2', 'exited')]
  const of = look({ Containers }, { guest: { logs } })
  expect(of('logs')).toMatchObject({ bytes: 30, names: ['2', '1'], ticked: false })
})

test('what the disk’s file has beyond its use, and memory, as far as the system takes them back', () => {
  const guest = { caches: 4 * gibibyte }
  const linux = look({}, { guest })
  expect(linux('trim')).toMatchObject({ bytes: 2 * gibibyte, ticked: true })
  expect(linux('caches')).toMatchObject({ bytes: gibibyte, ticked: true, frees: 'memory' })
  const windows = look({}, { guest, platform: 'win32' })
  expect(windows('trim')).toMatchObject({ bytes: 0, ticked: true })
  expect(windows('caches')).toMatchObject({ bytes: 0, ticked: false })
  expect(look({}, { guest, platform: 'darwin' })('caches')).toMatchObject({ ticked: false })
})

test('an answer that is none is no plan', () => {
  expect(() => parseEngineUsage({ Images: [{ Id: 4 }] })).toThrow(
    expect.objectContaining({ code: 'engine-garbled' }),
  )
})
