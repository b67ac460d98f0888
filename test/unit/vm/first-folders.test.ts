import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createBoard } from '../../../vm/board.ts'
import type { Context } from '../../../vm/context.ts'
import { machineFiles } from '../../../vm/files.ts'
import { prepareVirtiofs, serveFirstFolders } from '../../../vm/first-folders.ts'
import type { VmError } from '../../../vm/index.ts'
import { machineConfig } from '../../support/machine.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-first-'))
  vi.stubEnv('BERTH_QEMU', join(home, 'bin'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(home, { recursive: true, force: true })
})

const qemu = { program: '', version: '11.1.0', fingerprint: '' }
const folder = { tag: 'fs-1', path: '/p', readOnly: false, hidden: [] }

async function contextWith(folders?: (typeof folder)[]) {
  const ready: { tags: readonly string[]; error: VmError | undefined }[] = []
  const virtiofs = folders && {
    folders,
    onReady: (tags: readonly string[], error?: VmError) => ready.push({ tags, error }),
  }
  const { config } = await machineConfig({ virtiofs, imageFolder: home }, home)
  await mkdir(config.folder)
  const files = machineFiles(config.folder, config.socketFolder)
  const context: Context = { config, files, board: createBoard() }
  return { context, ready }
}

const never = new AbortController().signal

test('nobody who does not want virtiofs is asked for it', async () => {
  const { context } = await contextWith()
  expect(await prepareVirtiofs(context, qemu)).toBeUndefined()
  expect((await serveFirstFolders(context, undefined, never)).devices).toBeUndefined()
})

test('a computer without it boots a machine without, and says why', async () => {
  const { context, ready } = await contextWith([folder])
  const found = await prepareVirtiofs(context, qemu)
  expect((await serveFirstFolders(context, found, never)).devices).toBeUndefined()
  expect(ready).toMatchObject([{ tags: [], error: { code: 'virtiofs-no-server' } }])
})

test('a folder that cannot be served keeps no boot', async () => {
  const { context, ready } = await contextWith([folder])
  const program = join(home, 'virtiofsd')
  await writeFile(program, '#!/bin/sh\nexit 7\n', { mode: 0o755 })
  expect((await serveFirstFolders(context, { program }, never)).devices).toEqual([])
  expect(ready).toMatchObject([{ tags: [], error: { code: 'virtiofs-failed' } }])
})
