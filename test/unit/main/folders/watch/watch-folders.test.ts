import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { HostWatch } from '../../../../../main/folders/watch/host-watch.ts'
import { watchFolders } from '../../../../../main/folders/watch/watch-folders.ts'
import { watchWhole } from '../../../../../main/folders/watch/watch-whole.ts'

const plenty = { left: 1000 }
const ways: Record<string, HostWatch> = {
  'by folders': (options) => watchFolders(options, plenty),
  'as a whole': watchWhole,
}

describe.skipIf(process.platform !== 'linux').each(Object.entries(ways))(
  'watched %s',
  (_, watch) => {
    let root: string
    let seen: Map<string, boolean>
    let watching: Disposable | undefined

    const open = async (place = root) => {
      watching = watch({
        root: place,
        skip: (path) => path === join(root, 'hidden') || path.startsWith(join(root, 'hidden/')),
        onChange: (path, { entries }) => seen.set(path, entries || seen.get(path) === true),
        onLimit: () => undefined,
      })
      // The walk over what is there has no end that is told.
      await pause(100)
    }
    const told = (path: string, entries: boolean) =>
      vi.waitFor(() => expect(seen.get(path), JSON.stringify([...seen])).toBe(entries))

    beforeEach(() => {
      root = realpathSync(mkdtempSync(join(tmpdir(), 'berth-watch-')))
      mkdirSync(join(root, 'a/b'), { recursive: true })
      mkdirSync(join(root, 'hidden'))
      for (const name of ['f', 'a/f', 'a/b/f']) writeFileSync(join(root, name), 'x')
      seen = new Map()
    })
    afterEach(() => {
      watching?.[Symbol.dispose]()
      rmSync(root, { recursive: true, force: true })
    })

    it('tells of files that are written, made, renamed and removed, however deep', async () => {
      await open()
      appendFileSync(join(root, 'a/b/f'), 'y')
      await told(join(root, 'a/b/f'), false)
      writeFileSync(join(root, 'a/new'), 'x')
      await told(join(root, 'a/new'), true)
      renameSync(join(root, 'a/f'), join(root, 'a/g'))
      await told(join(root, 'a/f'), true)
      await told(join(root, 'a/g'), true)
      rmSync(join(root, 'f'))
      await told(join(root, 'f'), true)
    })

    it('follows the folder itself when it is removed and made again', async () => {
      const place = join(root, 'a')
      await open(place)
      rmSync(place, { recursive: true })
      await told(place, true)
      await pause(50)
      seen.clear()
      mkdirSync(join(place, 'made'), { recursive: true })
      await told(place, true)
      // The walk over what is there has no end that is told.
      await pause(100)
      writeFileSync(join(place, 'made/first'), 'x')
      await told(join(place, 'made/first'), true)
    })

    it('follows folders that come, move and go', async () => {
      await open()
      mkdirSync(join(root, 'c/d'), { recursive: true })
      writeFileSync(join(root, 'c/d/first'), 'x')
      await vi.waitFor(() => expect([...seen.keys()]).toContain(join(root, 'c/d/first')))
      renameSync(join(root, 'a'), join(root, 'c/a'))
      await vi.waitFor(() => expect([...seen.keys()]).toContain(join(root, 'c/a')))
      await pause(50)
      seen.clear()
      appendFileSync(join(root, 'c/a/b/f'), 'y')
      await told(join(root, 'c/a/b/f'), false)
      rmSync(join(root, 'c'), { recursive: true })
      await told(join(root, 'c'), true)
      seen.clear()
      mkdirSync(join(root, 'c'))
      await told(join(root, 'c'), true)
      await pause(50)
      writeFileSync(join(root, 'c/again'), 'x')
      await told(join(root, 'c/again'), true)
    })

    it('says nothing of what is hidden', async () => {
      await open()
      writeFileSync(join(root, 'hidden/f'), 'x')
      appendFileSync(join(root, 'f'), 'y')
      await told(join(root, 'f'), false)
      expect([...seen.keys()]).toEqual([join(root, 'f')])
    })

    it('watches a single file through its replacement, and not its neighbours', async () => {
      await open(join(root, 'a/f'))
      writeFileSync(join(root, 'a/other'), 'x')
      writeFileSync(join(root, 'a/draft'), 'new')
      renameSync(join(root, 'a/draft'), join(root, 'a/f'))
      await told(join(root, 'a/f'), true)
      seen.clear()
      appendFileSync(join(root, 'a/f'), 'y')
      await told(join(root, 'a/f'), false)
      expect([...seen.keys()]).toEqual([join(root, 'a/f')])
    })
  },
)

describe.skipIf(process.platform !== 'linux')('a limit of what can be watched', () => {
  it('is told once, counts for all, and is given back', async () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'berth-watch-')))
    for (let index = 0; index < 10; index++) mkdirSync(join(root, `${index}`))
    const budget = { left: 4 }
    const onLimit = vi.fn<(watched: number) => void>()
    const watching = watchFolders(
      { root, skip: () => false, onChange: () => undefined, onLimit },
      budget,
    )
    await vi.waitFor(() => expect(onLimit).toHaveBeenCalled())
    mkdirSync(join(root, 'more'))
    await pause(50)
    expect(onLimit.mock.calls).toEqual([[4]])
    watching[Symbol.dispose]()
    expect(budget.left).toBe(4)
    rmSync(root, { recursive: true })
  })
})

/** Changes a folder without a pause, as fast as it can. */
const storm = `
  const { workerData: { folder, stop } } = require('node:worker_threads')
  const { renameSync, mkdirSync } = require('node:fs')
  mkdirSync(folder + '/a')
  while (Atomics.load(stop, 0) === 0) {
    renameSync(folder + '/a', folder + '/b')
    renameSync(folder + '/b', folder + '/a')
  }
`

it.skipIf(process.platform !== 'linux')(
  'a folder that changes without a pause leaves time for all else, and is watched after',
  async () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'berth-watch-')))
    const seen = new Set<string>()
    const watching = watchFolders(
      { root, skip: () => false, onChange: (path) => seen.add(path), onLimit: () => undefined },
      { left: 1000 },
    )
    const stop = new Int32Array(new SharedArrayBuffer(4))
    const worker = new Worker(storm, { eval: true, workerData: { folder: root, stop } })
    const ended = new Promise((resolve) => worker.on('exit', resolve))
    let turns = 0
    const counting = setInterval(() => turns++, 10)
    await pause(2000)
    clearInterval(counting)
    Atomics.store(stop, 0, 1)
    await ended
    expect(turns).toBeGreaterThan(20)
    await pause(1000)
    seen.clear()
    writeFileSync(join(root, 'a/after'), 'x')
    await vi.waitFor(() => expect([...seen]).toContain(join(root, 'a/after')), 5000)
    watching[Symbol.dispose]()
    rmSync(root, { recursive: true })
  },
)
