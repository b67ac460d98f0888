import { describe, expect, it } from 'vitest'
import { isOurs, isPermitted, toExternal } from '../../../../main/electron/address.ts'

describe('what the window may reach', () => {
  it.each([
    ['https://docs.docker.com/engine/', 'https://docs.docker.com/engine/'],
    ['http://localhost:8080', 'http://localhost:8080/'],
    ['http://[::1]:3000/', 'http://[::1]:3000/'],
    ['http://192.168.1.20:8080/status', 'http://192.168.1.20:8080/status'],
    ['https://example.com:8443/a?b=c#d', 'https://example.com:8443/a?b=c#d'],
    ['HTTPS://EXAMPLE.COM/A B', 'https://example.com/A%20B'],
  ])('hands %s to the user’s browser', (address, handed) => {
    expect(toExternal(address)).toBe(handed)
  })

  it.each([
    'https://docs.docker.com@evil.example/',
    'http://user:secret@localhost:8080/',
    'ftp://localhost/',
    'file:///etc/passwd',
    'smb://docs.docker.com/share',
    'vscode://file/etc/passwd',
    'ms-msdt:/id',
    'mailto:someone@example.com',
    'data:text/html,hello',
    'javascript:alert(1)',
    'app://berth/index.html',
    'not an address',
  ])('keeps %s', (address) => {
    expect(toExternal(address)).toBeUndefined()
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
