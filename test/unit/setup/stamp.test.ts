import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashPaths, readStamp, writeStamp } from '../../../main/setup/stamp.mjs'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-stamp-'))
  mkdirSync(join(folder, 'src/deep'), { recursive: true })
  writeFileSync(join(folder, 'src/deep/a.ts'), 'a')
  writeFileSync(join(folder, 'lock.json'), '{}')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('hashPaths', () => {
  const hash = () => hashPaths(folder, ['src', 'lock.json', 'missing'])

  it('stays the same while nothing changes', () => {
    expect(hash()).toBe(hash())
  })

  it.each([
    ['content', () => writeFileSync(join(folder, 'src/deep/a.ts'), 'b')],
    ['a new file', () => writeFileSync(join(folder, 'src/b.ts'), '')],
    ['a single file', () => writeFileSync(join(folder, 'lock.json'), '{ }')],
    ['what was missing', () => writeFileSync(join(folder, 'missing'), '')],
    ['a file that is gone', () => rmSync(join(folder, 'src/deep/a.ts'))],
  ])('changes with %s', (_, change) => {
    const before = hash()
    change()
    expect(hash()).not.toBe(before)
  })
})

describe('a stamp', () => {
  it('is read as it was written, and a missing or broken one as undefined', () => {
    const file = join(folder, 'new/stamp.json')
    expect(readStamp(file)).toBeUndefined()
    writeStamp(file, { native: true })
    expect(readStamp(file)).toEqual({ native: true })
    writeFileSync(file, '{ "native": tr')
    expect(readStamp(file)).toBeUndefined()
  })
})
