import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasDisplay, installedProgram } from '../../../main/setup/electron.mjs'
import { checkImage } from '../../../main/setup/image.mjs'
import { linkCommand } from '../../../main/setup/link.mjs'
import { findProgram } from '../../../main/setup/programs.mjs'
import { processesIn } from '../../run/leftovers.mjs'

let folder = ''
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'berth-around-'))))
afterEach(() => rmSync(folder, { recursive: true }))

describe('hasDisplay', () => {
  it.each([
    [{}, 'linux', false],
    [{ DISPLAY: '' }, 'linux', false],
    [{ DISPLAY: ':0' }, 'linux', true],
    [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true],
    [{}, 'darwin', true],
    [{}, 'win32', true],
  ] as const)('%j on %s: %s', (env, platform, expected) => {
    expect(hasDisplay(env, platform)).toBe(expected)
  })
})

describe('installedProgram', () => {
  it('is undefined without a binary, and found by path.txt or in the folder that overrides it', () => {
    expect(installedProgram({}, folder)).toBeUndefined()
    writeFileSync(join(folder, 'path.txt'), 'electron')
    expect(installedProgram({}, folder)).toBeUndefined()
    for (const place of ['dist', 'other']) {
      mkdirSync(join(folder, place))
      writeFileSync(join(folder, place, 'electron'), '')
    }
    expect(installedProgram({}, folder)).toBe(join(folder, 'dist/electron'))
    const override = { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'other') }
    expect(installedProgram(override, folder)).toBe(join(folder, 'other/electron'))
  })
})

describe('checkImage', () => {
  it('stops where the image cannot be built and none is named', () => {
    expect(() => checkImage({}, 'linux')).not.toThrow()
    expect(() => checkImage({}, 'darwin')).toThrow('BERTH_IMAGE=<folder>')
  })

  it('stops when the named folder holds no image', () => {
    expect(() => checkImage({ BERTH_IMAGE: folder }, 'linux')).toThrow(folder)
    writeFileSync(join(folder, 'manifest.json'), '{}')
    expect(() => checkImage({ BERTH_IMAGE: folder }, 'win32')).not.toThrow()
  })
})

describe('linkCommand', () => {
  it('makes the link, mends a wrong one and leaves a right one', () => {
    const target = '../../main/cli/berth.mjs'
    for (const before of ['elsewhere', target]) {
      rmSync(join(folder, 'berth'), { force: true })
      symlinkSync(before, join(folder, 'berth'))
      linkCommand({ platform: 'linux', folder })
      expect(readlinkSync(join(folder, 'berth'))).toBe(target)
    }
  })
})

describe('findProgram', () => {
  it('finds what can be run, in the order of PATH, and nothing else', () => {
    mkdirSync(join(folder, 'a/tool'), { recursive: true })
    mkdirSync(join(folder, 'b'))
    mkdirSync(join(folder, 'c'))
    for (const place of ['b', 'c']) writeFileSync(join(folder, place, 'tool'), '')
    const path = ['a', 'b', 'c'].map((name) => join(folder, name)).join(':')
    expect(findProgram('tool', path)).toBeUndefined()
    chmodSync(join(folder, 'c/tool'), 0o755)
    expect(findProgram('tool', path)).toBe(join(folder, 'c/tool'))
  })
})

describe.runIf(process.platform === 'linux')('processesIn', () => {
  it('names a process whose temp folder is the run’s own, until it ends', async () => {
    const child = spawn('sleep', ['60'], { env: { TMPDIR: folder, PATH: process.env['PATH'] } })
    await once(child, 'spawn')
    expect(processesIn(folder)).toEqual([{ pid: child.pid, command: 'sleep 60' }])
    child.kill()
    await once(child, 'exit')
    expect(processesIn(folder)).toEqual([])
  })
})
