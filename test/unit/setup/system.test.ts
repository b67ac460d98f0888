import { describe, expect, it } from 'vitest'
import { packagesFor } from '../../../main/setup/needs.mjs'
import { parseInstalled } from '../../../main/setup/system.mjs'

const names = (arch: string, purpose: Partial<Parameters<typeof packagesFor>[1]>) =>
  packagesFor(arch, { image: false, test: false, administrator: true, ...purpose }).map(
    ({ name }) => name,
  )

describe('packagesFor', () => {
  it('takes the emulator of the computer’s own architecture', () => {
    expect(names('x64', {})).toContain('qemu-system-x86')
    expect(names('arm64', {})).toContain('qemu-system-arm')
  })

  it('asks for the image’s tools only where the image is built', () => {
    expect(names('x64', {})).not.toContain('mmdebstrap')
    expect(names('x64', { image: true })).toContain('mmdebstrap')
  })

  it('asks for user namespaces only where an ordinary user builds the image', () => {
    expect(names('x64', { image: true })).not.toContain('uidmap')
    expect(names('x64', { image: true, administrator: false })).toContain('uidmap')
  })

  it('asks for a browser only for the tests', () => {
    expect(names('x64', { image: true })).not.toContain('chromium')
    expect(names('x64', { test: true })).toContain('chromium')
  })
})

describe('parseInstalled', () => {
  it('counts what is wholly installed, and nothing removed or half done', () => {
    const text =
      'make installed\ng++ config-files\nqemu-utils half-configured\nzstd not-installed\ncpio installed\n'
    expect(parseInstalled(text)).toEqual(new Set(['make', 'cpio']))
  })
})
