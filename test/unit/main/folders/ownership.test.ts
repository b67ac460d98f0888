import {
  appendFileSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Ownership } from '../../../../main/folders/ownership.ts'

let folder: string
let log: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-owners-'))
  log = join(folder, 'owners')
  file = join(folder, 'file')
  writeFileSync(file, '', { mode: 0o644 })
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})
const stat = (path = file) => lstatSync(path, { bigint: true })

it('remembers over an app that was killed, and over half a line', () => {
  const first = new Ownership(log)
  first.chown(stat(), { uid: 999 })
  first.chown(stat(), { gid: 5 })
  first.chmod(stat(), 0o4711)
  appendFileSync(log, '["half')
  using second = new Ownership(log)
  expect(second.look(stat())).toEqual({ uid: 999, gid: 5, mode: 0o4711 })
  second.chown(stat(), { uid: 7 })
  using third = new Ownership(log)
  expect(third.look(stat()).uid).toBe(7)
  first[Symbol.dispose]()
})

it('forgets what is gone, and takes another file of the same inode for another', () => {
  using owners = new Ownership(log)
  owners.chown(stat(), { uid: 999 })
  const other = Object.assign(stat(), { birthtimeNs: 1n })
  expect(owners.look(other).uid).toBe(0)
  owners.forget(stat())
  expect(owners.size).toBe(0)
  unlinkSync(file)
  expect(readFileSync(log, 'utf8').trim().split('\n')).toHaveLength(2)
})

it('gives what is made in a folder to its owner', () => {
  using owners = new Ownership(log)
  owners.chown(stat(folder), { uid: 70, gid: 71 })
  owners.created(stat(), stat(folder), 0o644)
  expect(owners.look(stat())).toMatchObject({ uid: 70, gid: 71 })
})

it('stays small', () => {
  using owners = new Ownership(log)
  for (let turn = 0; turn < 25_000; turn++) owners.chown(stat(), { uid: turn + 1 })
  expect(statSync(log).size).toBeLessThan(500_000)
  using again = new Ownership(log)
  expect(again.look(stat()).uid).toBe(25_000)
  expect(readFileSync(log, 'utf8').split('\n')).toHaveLength(2)
})
