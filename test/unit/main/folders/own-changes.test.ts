import { appendFileSync, closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { look, OwnChanges } from '../../../../main/folders/own-changes.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-own-'))
  file = join(folder, 'f')
  writeFileSync(file, 'x')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

it('knows what it left, until somebody else changes it', () => {
  const own = new OwnChanges()
  expect(own.isOwn(file, look(file))).toBe(false)
  own.note(file)
  expect(own.isOwn(file, look(file))).toBe(true)
  appendFileSync(file, 'y')
  expect(own.isOwn(file, look(file))).toBe(false)
})

it('knows what it removed, until it is there again', () => {
  const own = new OwnChanges()
  rmSync(file)
  own.note(file)
  expect(own.isOwn(file, look(file))).toBe(true)
  writeFileSync(file, 'x')
  expect(own.isOwn(file, look(file))).toBe(false)
})

it('takes all that is seen during a change of its own for that', () => {
  const own = new OwnChanges()
  const fd = openSync(file, 'a')
  const done = own.begin(file, fd)
  appendFileSync(fd, 'y')
  expect(own.isOwn(file, look(file))).toBe(true)
  done()
  closeSync(fd)
  expect(own.isOwn(file, look(file))).toBe(true)
  appendFileSync(file, 'z')
  expect(own.isOwn(file, look(file))).toBe(false)
})

it('keeps the newest only', () => {
  const own = new OwnChanges()
  for (let index = 0; index < 50_000; index++) own.note(`/none/${index}`)
  expect(own.isOwn('/none/0', '')).toBe(false)
  expect(own.isOwn('/none/49999', '')).toBe(true)
})
