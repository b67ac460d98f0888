import { appendFileSync, closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { OwnChanges } from '../../../../main/folders/own-changes.ts'

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
  expect(own.isNews(file)).toBe(true)
  own.note(file)
  expect(own.isNews(file)).toBe(false)
  appendFileSync(file, 'y')
  expect(own.isNews(file)).toBe(true)
})

it('knows what it removed, until it is there again', () => {
  const own = new OwnChanges()
  rmSync(file)
  own.note(file)
  expect(own.isNews(file)).toBe(false)
  writeFileSync(file, 'x')
  expect(own.isNews(file)).toBe(true)
})

it('takes all that is seen during a change of its own for that', () => {
  const own = new OwnChanges()
  const fd = openSync(file, 'a')
  const done = own.begin(file, fd)
  appendFileSync(fd, 'y')
  expect(own.isNews(file)).toBe(false)
  done()
  closeSync(fd)
  expect(own.isNews(file)).toBe(false)
  appendFileSync(file, 'z')
  expect(own.isNews(file)).toBe(true)
})

it('keeps the newest only', () => {
  const own = new OwnChanges()
  for (let index = 0; index < 50_000; index++) own.note(`/none/${index}`)
  expect(own.isNews('/none/0')).toBe(true)
  expect(own.isNews('/none/49999')).toBe(false)
})
