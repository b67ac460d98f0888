import { describe, expect, it } from 'vitest'
import { isInstalled } from '../../../main/setup/packages.mjs'

const root = { version: '1.0.0' }
const a = { version: '1.2.3', integrity: 'sha512-a' }
const other = { version: '2.0.0', integrity: 'sha512-o', optional: true }

describe('isInstalled', () => {
  it.each([
    ['the same packages', { '': root, a }, { a }, true],
    ['an optional one of another platform is missing', { '': root, a, other }, { a }, true],
    ['one more than wanted is there', { '': root, a }, { a, b: a }, true],
    ['one is missing', { '': root, a }, {}, false],
    ['another version', { '': root, a }, { a: { ...a, version: '1.2.4' } }, false],
    ['another content', { '': root, a }, { a: { ...a, integrity: 'sha512-b' } }, false],
    ['an optional one of another version', { '': root, other }, { other: a }, false],
  ])('%s', (_, wanted, installed, expected) => {
    expect(isInstalled({ packages: wanted }, { packages: installed })).toBe(expected)
  })

  it('takes a missing or foreign lockfile for nothing installed', () => {
    expect(isInstalled({ packages: { '': root, a } }, undefined)).toBe(false)
    expect(isInstalled(undefined, { packages: { a } })).toBe(false)
    expect(isInstalled({}, {})).toBe(false)
  })
})
