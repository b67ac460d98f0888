import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAbort } from '../../../../main/api/stream.ts'
import { onEachChange, openLineFile } from '../../../../main/machine/line-file.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-lines-'))
  file = join(folder, 'log')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('lines are given once, and only when they are whole', async () => {
  await writeFile(file, 'one\ntw')
  await using reading = await openLineFile(file)
  expect(await reading.readOn()).toEqual(['one'])
  expect(await reading.readOn()).toEqual([])
  await appendFile(file, 'o\n')
  expect(await reading.readOn()).toEqual(['two'])
})

test('a file that took the name of another is read from its beginning, after the rest of the first', async () => {
  await writeFile(file, 'one\n')
  await using reading = await openLineFile(file)
  await reading.readOn()
  await appendFile(file, 'two\n')
  await rename(file, `${file}.1`)
  await writeFile(file, 'three\n')
  expect(await reading.readOn()).toEqual(['two', 'three'])
})

test('a file that is not there yet gives nothing until it is', async () => {
  await using reading = await openLineFile(file)
  expect(await reading.readOn()).toEqual([])
  await writeFile(file, 'one\n')
  expect(await reading.readOn()).toEqual(['one'])
})

test('each change is told until the signal, and a failure ends it', async () => {
  const abort = createAbort()
  const seen = Promise.withResolvers<undefined>()
  const following = onEachChange(file, abort.signal, () => {
    seen.resolve(undefined)
    return Promise.resolve()
  })
  await writeFile(file, 'one\n')
  await seen.promise
  abort.abort()
  await following

  const failing = expect(
    onEachChange(file, createAbort().signal, () => Promise.reject(new Error('gone'))),
  ).rejects.toThrow('gone')
  await writeFile(file, 'two\n')
  await failing
})
