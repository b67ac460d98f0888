import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { OwnChanges } from '../../../../../main/folders/own-changes.ts'
import { ChangeReplay } from '../../../../../main/folders/watch/change-replay.ts'
import { createHostWatch } from '../../../../../main/folders/watch/create-host-watch.ts'

let root: string
let guest: ReturnType<typeof createGuest>
let own: OwnChanges
let replay: ChangeReplay

/** What the guest's helper would do: it tells what it is given, and answers the question. */
function createGuest(onPath: (path: string) => void = () => undefined) {
  const told: string[] = []
  const pipes: Duplex[] = []
  const pipe = () => {
    let rest = ''
    const stream = new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, done) {
        const paths = (rest + chunk.toString()).split('\0')
        rest = paths.pop() ?? ''
        for (const path of paths) {
          if (path === '/dev/null/.') stream.push(`touch: ${path}: Not a directory\n`)
          else told.push(path)
          onPath(path)
        }
        done()
      },
    })
    pipes.push(stream)
    return Promise.resolve(stream)
  }
  return { told, pipes, pipe }
}

function open(machine = guest): ChangeReplay {
  return new ChangeReplay({
    ...{ machine, own, watch: createHostWatch() },
    isHidden: (path) => path === join(root, 'own'),
    onLimit: () => undefined,
  })
}

async function watchRoot(): Promise<void> {
  replay.want([{ host: root, guest: '/g' }])
  await pause(100)
}

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'berth-replay-')))
  mkdirSync(join(root, 'a'))
  writeFileSync(join(root, 'a/f'), 'x')
  guest = createGuest()
  own = new OwnChanges()
  replay = open()
})
afterEach(() => {
  replay[Symbol.dispose]()
  rmSync(root, { recursive: true, force: true })
})

it('tells the guest of what changes here, by its own names, once for all steps of one change', async () => {
  await watchRoot()
  appendFileSync(join(root, 'a/f'), 'y')
  appendFileSync(join(root, 'a/f'), 'z')
  await vi.waitFor(() => expect(guest.told).toEqual(['/g/a/f']))
  writeFileSync(join(root, 'a/g'), 'x')
  await vi.waitFor(() => expect(guest.told.slice(1)).toEqual(['/g/a/g', '/g/a']))
  rmSync(join(root, 'a/g'))
  await vi.waitFor(() => expect(guest.told.slice(3)).toEqual(['/g/a/g', '/g/a']))
})

it('does not tell containers what they changed themselves', async () => {
  await watchRoot()
  appendFileSync(join(root, 'a/f'), 'y')
  own.note(join(root, 'a/f'))
  await pause(150)
  expect(guest.told).toEqual([])
  appendFileSync(join(root, 'a/f'), 'z')
  await vi.waitFor(() => expect(guest.told).toEqual(['/g/a/f']))
})

it('does not answer its own pokes where these reach the file', async () => {
  const echoing = createGuest((path) => {
    const file = path.replace('/g', root)
    if (!path.startsWith('/g')) return
    const { atime, mtime } = statSync(file)
    utimesSync(file, atime, mtime)
  })
  replay[Symbol.dispose]()
  replay = open(echoing)
  // A time without a fraction survives being set.
  utimesSync(join(root, 'a/f'), 1000, 1000)
  await watchRoot()
  utimesSync(join(root, 'a/f'), 2000, 2000)
  await vi.waitFor(() => expect(echoing.told).toEqual(['/g/a/f']))
  await pause(200)
  expect(echoing.told).toEqual(['/g/a/f'])
})

it('watches what is wanted, and once where one place lies in another', async () => {
  await watchRoot()
  replay.want([
    { host: root, guest: '/g' },
    { host: join(root, 'a'), guest: '/g/a' },
    { host: join(root, 'a/f'), guest: '/g/a/f' },
  ])
  await pause(50)
  appendFileSync(join(root, 'a/f'), 'y')
  await vi.waitFor(() => expect(guest.told).toEqual(['/g/a/f']))
  replay.want([{ host: join(root, 'a/f'), guest: '/g/a/f' }])
  appendFileSync(join(root, 'a/f'), 'z')
  await vi.waitFor(() => expect(guest.told).toEqual(['/g/a/f', '/g/a/f']))
  replay.want([])
  appendFileSync(join(root, 'a/f'), 'z')
  await pause(100)
  expect(guest.told).toHaveLength(2)
  expect(guest.pipes.every((pipe) => pipe.destroyed)).toBe(true)
})

it('goes on over a new pipe when one went with its link', async () => {
  await watchRoot()
  appendFileSync(join(root, 'a/f'), 'y')
  await vi.waitFor(() => expect(guest.told).toHaveLength(1))
  guest.pipes[0]?.destroy()
  appendFileSync(join(root, 'a/f'), 'z')
  await vi.waitFor(() => expect(guest.told).toHaveLength(2))
})

it('tells many changes in order, a few at a time', async () => {
  await watchRoot()
  for (let index = 0; index < 300; index++) writeFileSync(join(root, `a/${index}`), 'x')
  await vi.waitFor(() => expect(guest.told).toContain('/g/a/299'), 5000)
  expect(new Set(guest.told).size).toBe(301)
})
