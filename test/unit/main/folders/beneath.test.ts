import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { closeSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { linuxBeneath } from '../../../../main/folders/beneath.ts'
import { toByteName } from '../../../../main/folders/bytes.ts'
import { Ownership } from '../../../../main/folders/ownership.ts'
import { Tree } from '../../../../main/folders/tree.ts'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'berth-beneath-')))
  for (const name of ['shared', 'shared/d', 'outside']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'shared/d/file'), 'inside')
  writeFileSync(join(folder, 'outside/file'), 'secret')
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Swaps a folder for a link to the outside and back as fast as it can. */
const swapper = `
  const { workerData } = require('node:worker_threads')
  const { renameSync, symlinkSync, unlinkSync } = require('node:fs')
  const { shared, outside, stop } = workerData
  while (Atomics.load(stop, 0) === 0) {
    renameSync(shared + '/d', shared + '/kept')
    symlinkSync(outside, shared + '/d')
    unlinkSync(shared + '/d')
    renameSync(shared + '/kept', shared + '/d')
    Atomics.add(stop, 1, 1)
  }
`

it.runIf(process.platform === 'linux')(
  'reaches nothing outside while folders are swapped for links',
  async () => {
    const stop = new Int32Array(new SharedArrayBuffer(8))
    const workerData = { shared: join(folder, 'shared'), outside: join(folder, 'outside'), stop }
    const worker = new Worker(swapper, { eval: true, workerData })
    const ended = new Promise((resolve) => worker.on('exit', resolve))
    using owners = new Ownership(join(folder, 'owners'))
    const folders = [{ wire: '/w', host: toByteName(join(folder, 'shared')), readOnly: false }]
    const tree = new Tree({ folders: () => folders, hidden: [], beneath: linuxBeneath, owners })
    const wish = { append: false, exclusive: false, mode: 0o644 }
    const reached = { inside: 0, refused: 0 }
    const attempt = (work: () => void) => {
      try {
        work()
        reached.inside++
      } catch {
        reached.refused++
      }
    }
    const until = Date.now() + 5000
    for (let turn = 0; Date.now() < until; turn++) {
      attempt(() => {
        const { fd } = tree.open('/w/d/file', {
          ...wish,
          read: true,
          write: false,
          create: false,
          truncate: false,
        })
        const text = readFileSync(fd, 'utf8')
        closeSync(fd)
        expect(text).not.toBe('secret')
      })
      attempt(() => {
        closeSync(
          tree.open(`/w/d/new`, {
            ...wish,
            read: false,
            write: true,
            create: true,
            truncate: true,
          }).fd,
        )
      })
      attempt(() => {
        tree.mkdir(`/w/d/folder`)
      })
      attempt(() => {
        tree.remove('/w/d/new')
      })
      attempt(() => {
        tree.rmdir('/w/d/folder')
      })
      attempt(() => {
        tree.set('/w/d/file', { size: 6n, mode: 0o600 })
      })
      attempt(() => {
        tree.link('/w/d/file', `/w/stolen-${turn % 50}`)
      })
      if (turn % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    Atomics.store(stop, 0, 1)
    await ended
    expect(readdirSync(join(folder, 'outside'))).toEqual(['file'])
    expect(readFileSync(join(folder, 'outside/file'), 'utf8')).toBe('secret')
    for (const name of readdirSync(join(folder, 'shared')).filter((one) =>
      one.startsWith('stolen'),
    ))
      expect(readFileSync(join(folder, 'shared', name), 'utf8')).toBe('inside')
    // Both must have had their chance, or nothing was shown.
    expect(reached.inside).toBeGreaterThan(100)
    expect(reached.refused).toBeGreaterThan(100)
    expect(Atomics.load(stop, 1)).toBeGreaterThan(100)
  },
  20_000,
)

it.runIf(process.platform === 'linux')('keeps to what it holds when the path changes hands', () => {
  using held = linuxBeneath.object(toByteName(join(folder, 'shared/d/file')))
  renameSync(join(folder, 'shared/d'), join(folder, 'shared/kept'))
  symlinkSync(join(folder, 'outside'), join(folder, 'shared/d'))
  const fd = held.open(0)
  expect(readFileSync(fd, 'utf8')).toBe('inside')
  closeSync(fd)
  unlinkSync(join(folder, 'shared/d'))
})
