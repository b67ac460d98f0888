import { PassThrough } from 'node:stream'
import { expect, it, onTestFinished, vi } from 'vitest'
import { OwnChanges } from '../../../../../main/folders/own-changes.ts'
import type { HostWatchOptions } from '../../../../../main/folders/watch/host-watch.ts'
import { replayChanges } from '../../../../../main/folders/watch/replay-changes.ts'

function setUp() {
  const watched = new Map<string, HostWatchOptions>()
  const state = {
    containers: [] as { folders: string[]; volumes: string[] }[],
    tell: (): void => undefined,
  }
  const onError = vi.fn<() => void>()
  const replay = replayChanges({
    machine: { pipe: () => Promise.resolve(new PassThrough()) },
    folders: {
      own: new OwnChanges(),
      isHidden: () => false,
      onShares: () => undefined,
      locate: (path) =>
        path.startsWith('/shared') ? { host: path, guest: `/guest${path}` } : undefined,
    },
    containers: {
      get containers() {
        return state.containers
      },
      onContainers: (listener) => (state.tell = listener),
    },
    volumes: {
      of: (names) => Promise.resolve(names.has('bound') ? ['/shared/volume'] : []),
    },
    watch: (options) => {
      watched.set(options.root, options)
      return { [Symbol.dispose]: () => watched.delete(options.root) }
    },
    log: { file: '', write: () => undefined, failure: () => undefined },
    onError,
  })
  onTestFinished(() => {
    replay[Symbol.dispose]()
  })
  const run = async (...containers: string[][]) => {
    state.containers = containers.map((mounts) => ({
      folders: mounts.filter((mount) => mount.startsWith('/')),
      volumes: mounts.filter((mount) => !mount.startsWith('/')),
    }))
    state.tell()
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  return { watched, replay, run, onError }
}

it('watches what containers that run have mounted, and nothing that is not shared', async () => {
  const { watched, run } = setUp()
  await run(['/shared/a', '/opt'], ['/shared/a', '/shared/b'], [])
  expect([...watched.keys()]).toEqual(['/shared/a', '/shared/b'])
  await run(['/shared/b'])
  expect([...watched.keys()]).toEqual(['/shared/b'])
})

it('watches the folder that a volume stands for', async () => {
  const { watched, run } = setUp()
  await run(['data', 'bound'])
  expect([...watched.keys()]).toEqual(['/shared/volume'])
  await run(['data'])
  expect([...watched.keys()]).toEqual([])
})

it('says which folder is watched in part only, as long as it is mounted', async () => {
  const { watched, replay, run, onError } = setUp()
  await run(['/shared/a'])
  expect(replay.error).toBeUndefined()
  watched.get('/shared/a')?.onLimit(4096)
  expect(replay.error?.toShape()).toEqual({
    code: 'folder-watch-limit',
    params: { path: '/shared/a', watched: 4096 },
  })
  expect(onError).toHaveBeenCalledTimes(1)
  await run()
  expect(replay.error).toBeUndefined()
  expect(onError).toHaveBeenCalledTimes(2)
})

it('watches nothing any more once it is let go', async () => {
  const { watched, replay, run } = setUp()
  await run(['/shared/a'])
  replay[Symbol.dispose]()
  expect(watched.size).toBe(0)
  await run(['/shared/b'])
  expect(watched.size).toBe(0)
})
