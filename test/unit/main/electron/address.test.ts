import { describe, expect, it } from 'vitest'
import { isExternal, isOurs, isPermitted } from '../../../../main/electron/address.ts'

describe('what the window may reach', () => {
  it.each([
    ['https://docs.docker.com/engine/', true],
    ['http://docs.docker.com/', false],
    ['https://docs.docker.com:8443/', false],
    ['https://docs.docker.com.evil.example/', false],
    ['https://evil.example/docs.docker.com', false],
    ['https://user@evil.example/', false],
    ['http://localhost:8080', true],
    ['https://127.0.0.1:8443/', true],
    ['http://[::1]:3000/', true],
    ['http://user:secret@localhost:8080/', false],
    ['http://localhost.evil.example:8080/', false],
    ['http://127.0.0.1.evil.example/', false],
    ['ftp://localhost/', false],
    ['file:///etc/passwd', false],
    ['smb://docs.docker.com/share', false],
    ['javascript:alert(1)', false],
    ['not an address', false],
  ])('hands %s to the user’s browser: %s', (address, expected) => {
    expect(isExternal(address)).toBe(expected)
  })

  it.each([
    ['app://berth/index.html', true],
    ['app://berth.evil/index.html', false],
    ['app://berth', false],
    ['https://app://berth/', false],
  ])('takes %s for a page of the window: %s', (address, expected) => {
    expect(isOurs(address)).toBe(expected)
  })

  it('permits copying from our page, and nothing else', () => {
    const ours = 'app://berth/index.html'
    expect(isPermitted('clipboard-sanitized-write', ours)).toBe(true)
    expect(isPermitted('clipboard-sanitized-write', 'https://evil.example/')).toBe(false)
    for (const permission of [
      'clipboard-read',
      'media',
      'geolocation',
      'notifications',
      'openExternal',
    ])
      expect(isPermitted(permission, ours)).toBe(false)
  })
})
