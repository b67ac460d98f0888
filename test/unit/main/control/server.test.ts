import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openControl } from '../../../../main/control/server.ts'
import { findPaths } from '../../../../main/host/paths.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-control-'))
  path = join(folder, 'control.sock')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const open = () =>
  openControl({ paths: findPaths(), socketFolder: folder, serveControl: () => undefined })

test('its socket is for this user only, and gone afterwards', async () => {
  const control = await open()
  expect((await stat(path)).mode & 0o077).toBe(0)
  await control[Symbol.asyncDispose]()
  expect(await readdir(folder)).toEqual([])
})

test('a dead socket in its place is removed', async () => {
  const dead = createServer().listen(`${path}.x`)
  await once(dead, 'listening')
  await rename(`${path}.x`, path)
  dead.close()
  await once(dead, 'close')
  await using control = await open()
  expect(control).toBeDefined()
  expect((await stat(path)).isSocket()).toBe(true)
})

test('a file in its place is left alone and named', async () => {
  await writeFile(path, 'precious')
  await expect(open()).rejects.toMatchObject({ code: 'socket-taken', params: { path } })
  expect(await readFile(path, 'utf8')).toBe('precious')
})

test('a folder in its place is left alone and named', async () => {
  await mkdir(path)
  await expect(open()).rejects.toMatchObject({ code: 'socket-taken', params: { path } })
})

test('a socket that somebody answers is left alone and named', async () => {
  const stranger = createServer().listen(path)
  await once(stranger, 'listening')
  await expect(open()).rejects.toMatchObject({ code: 'socket-taken', params: { path } })
  expect((await stat(path)).isSocket()).toBe(true)
  stranger.close()
  await once(stranger, 'close')
})
