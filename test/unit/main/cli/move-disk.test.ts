import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { runCli } from '../../../../main/cli/run.ts'
import { openControl } from '../../../../main/control/server.ts'
import { createSay } from '../../../../main/words/words.ts'
import { findProgram } from '../../../../vm/qemu/find.ts'
import { otherFileSystem, removeFolder, writeDisk } from '../../../support/data-disk.ts'
import { type FakeApp, startFakeApp } from '../../../support/fake-app.ts'

let folder: string
let other: string | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-move-'))
  other = await otherFileSystem()
  vi.stubEnv('BERTH_HOME', join(folder, 'home'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await removeFolder(folder)
  await removeFolder(other)
})

/** What `berth` says on a home where no app runs. */
async function berth(
  args: string[],
  isTerminal = false,
  onError: (text: string) => void = () => undefined,
) {
  const said = { code: 0, out: '', err: '' }
  said.code = await runCli(args, {
    env: { BERTH_IMAGE: folder },
    say: createSay('en'),
    write: (text) => (said.out += text),
    writeError: (text) => {
      said.err += text
      onError(text)
    },
    isTerminal,
  })
  return said
}
const own = () => join(folder, 'home', 'machine', 'data.raw')

test('the disk is moved and back, and the status tells where it lies', async () => {
  const drive = join(folder, 'drive')
  const moved = await berth(['move-disk', drive])
  expect(moved).toMatchObject({
    ...{ code: 0, out: `The data disk lies at ${join(drive, 'data.raw')} now.\n` },
    err: expect.stringContaining('Removing the old file …\n'),
  })
  const status = await berth(['status'])
  expect(status.out).toContain(`data disk: ${join(drive, 'data.raw')} (takes 0.0 GiB`)
  const back = await berth(['move-disk', '--default', '--json'])
  const lines = back.out
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(lines.at(0)).toEqual({ step: 'check' })
  expect(lines.at(-1)).toMatchObject({ step: 'done', disk: { path: own(), isOwn: true } })
})

test('a folder without a name is not the one that it was called in', async () => {
  expect(await berth(['move-disk', ''])).toMatchObject({ code: 2 })
})

test('a disk whose drive is away is told by status and doctor', async () => {
  const drive = join(folder, 'drive')
  await berth(['move-disk', drive])
  await rm(drive, { recursive: true })
  const json = JSON.parse((await berth(['status', '--json'])).out) as { disk: unknown }
  expect(json.disk).toEqual({ path: join(drive, 'data.raw'), isOwn: false })
  const doctor = await berth(['doctor'])
  expect(doctor.code).toBe(1)
  expect(doctor.out).toContain('no empty one was made in its place')
  expect(doctor.out).toContain('✓ Free space on this computer')
})

test('a folder that will not do is told in a sentence', async () => {
  await mkdir(join(folder, 'drive', 'data.raw'), { recursive: true })
  expect(await berth(['move-disk', join(folder, 'drive')])).toMatchObject({
    ...{ code: 1, out: '' },
    err: expect.stringContaining('The data disk lies where it lay'),
  })
  expect(await berth(['move-disk'])).toMatchObject({ code: 2 })
  expect(await berth(['move-disk', folder, '--default'])).toMatchObject({ code: 2 })
})

const away = await otherFileSystem()
await removeFolder(away)

test.skipIf(away === undefined || (await findProgram('qemu-img')) === undefined)(
  'a terminal sees each step in a line of its own, which is written over',
  async () => {
    const { code, err } = await berth(['move-disk', other ?? ''], true)
    expect(code).toBe(0)
    expect(err).toContain('\u001B[A\u001B[KCopying … 0.0 GiB of 0.0 GiB\n')
  },
)

test.skipIf(away === undefined || (await findProgram('qemu-img')) === undefined)(
  'Ctrl-C undoes the move before it ends, and says what it left',
  async () => {
    const bin = join(folder, 'bin')
    await mkdir(bin)
    await writeFile(join(bin, 'qemu-img'), '#!/usr/bin/env node\nsetInterval(() => {}, 60000)\n', {
      mode: 0o755,
    })
    await mkdir(join(folder, 'home', 'machine'), { recursive: true })
    await writeDisk(own())
    vi.stubEnv('BERTH_QEMU', bin)
    const heard: boolean[] = []
    const before = process.listenerCount('SIGINT')
    const interrupt = (text: string) => {
      if (!/^(Copying|Undoing)/.test(text)) return
      heard.push(process.listenerCount('SIGINT') > before)
      process.emit('SIGINT')
    }
    const { code, err } = await berth(['move-disk', other ?? ''], false, interrupt)
    expect(code).toBe(1)
    // A second one must not end the process that undoes it.
    expect(heard).toEqual([true, true])
    expect(process.listenerCount('SIGINT')).toBe(before)
    expect(err).toContain(
      'the data disk lies where it lay, and the machine is as follows: Stopped.',
    )
    expect(await readdir(other ?? '')).toEqual([])
    expect((await berth(['status'])).out).toContain(`data disk: ${own()}`)
  },
)

describe('while an app runs', () => {
  let fake: FakeApp
  let control: AsyncDisposable
  beforeEach(async () => {
    fake = await startFakeApp({ stepMs: 5 })
    control = await openControl(fake.app)
    vi.stubEnv('BERTH_HOME', fake.app.paths.home)
    vi.stubEnv('XDG_RUNTIME_DIR', fake.app.paths.home)
  })
  afterEach(async () => {
    await control[Symbol.asyncDispose]()
    await fake[Symbol.asyncDispose]()
  })

  const interrupt = (text: string) => {
    if (text.startsWith('Copying')) process.emit('SIGINT')
  }

  test('Ctrl-C has it undo the move', async () => {
    const { code, err } = await berth(['move-disk', '/drive'], false, interrupt)
    expect(code).toBe(1)
    expect(err).toContain('The move was cancelled; the data disk lies where it lay.\n')
    expect(await fake.machine.disk()).toMatchObject({ isOwn: true })
  })

  test('Ctrl-C that comes too late is answered by where the disk lies then', async () => {
    const { machine } = fake
    const moveOn = machine.moveDisk.bind(machine)
    vi.spyOn(machine, 'moveDisk').mockImplementation(
      async (folder, { signal, onProgress } = {}) => {
        onProgress?.({ step: 'copy', bytes: 0, total: 1 })
        if (signal?.aborted === false) await once(signal, 'abort')
        // Just then the move was decided.
        await moveOn(folder)
      },
    )
    expect(await berth(['move-disk', '/drive'], false, interrupt)).toMatchObject({
      ...{ code: 0, out: 'The data disk lies at /drive/data.raw now.\n' },
      err: expect.not.stringContaining('cancelled'),
    })
  })
})
