import { describe, expect, it, test } from 'vitest'
import { createFolderMap } from '../../../../main/folders/folder-map.ts'

const aside = /^\/run\/berth\/folders\/[0-9a-f]{8}/

describe('on Linux', () => {
  const map = createFolderMap(
    [
      { path: '/home/me', readOnly: false },
      { path: '/home/me/secret', readOnly: true },
      { path: '/tmp', readOnly: false },
      { path: '/opt/tools/', readOnly: true },
    ],
    'linux',
  )

  it.each([
    ['/home/me/x', { kind: 'shared', path: '/home/me/x', readOnly: false }],
    ['/home/me', { kind: 'shared', path: '/home/me', readOnly: false }],
    ['/home/me/', { kind: 'shared', path: '/home/me', readOnly: false }],
    ['/home/me/a/../b//c/', { kind: 'shared', path: '/home/me/b/c', readOnly: false }],
    ['/home/me/secret/key', { kind: 'shared', path: '/home/me/secret/key', readOnly: true }],
    ['/home/me/secrets', { kind: 'shared', path: '/home/me/secrets', readOnly: false }],
    ['/opt/tools/bin', { kind: 'shared', path: '/opt/tools/bin', readOnly: true }],
    ['/home/me/../you', { kind: 'not-shared' }],
    ['/home/men', { kind: 'not-shared' }],
    ['/etc/shadow', { kind: 'not-shared' }],
    ['/var/lib/postgresql', { kind: 'not-shared' }],
    ['/', { kind: 'guest', path: '/', readOnly: false }],
    ['/var/run/docker.sock', { kind: 'guest', path: '/var/run/docker.sock', readOnly: false }],
    ['/lib/modules', { kind: 'guest', path: '/lib/modules', readOnly: false }],
    ['/proc', { kind: 'guest', path: '/proc', readOnly: false }],
    ['/home/me/../../proc', { kind: 'guest', path: '/proc', readOnly: false }],
    ['/etc/localtime', { kind: 'guest', path: '/etc/localtime', readOnly: false }],
  ])('%s', (hostPath, place) => {
    expect(map.toGuest(hostPath)).toEqual(place)
  })

  it('mounts aside what the guest has for itself, and finds the way back', () => {
    const place = map.toGuest('/tmp/work/a')
    if (place.kind !== 'shared') throw new Error(place.kind)
    expect(place.path).toMatch(aside)
    expect(map.toHost(place.path)).toBe('/tmp/work/a')
    expect(map.toHost('/tmp/work/a')).toBe('/tmp/work/a')
    expect(map.toHost('/home/me/secret/x')).toBe('/home/me/secret/x')
    expect(map.toHost('/var/lib/docker/volumes/x')).toBe('/var/lib/docker/volumes/x')
  })

  it('has one mount for a folder and those inside it', () => {
    expect(map.mounts.map(({ share }) => share.path)).toEqual(['/tmp', '/home/me', '/opt/tools/'])
  })
})

test('a folder aside keeps its place whatever else is shared', () => {
  const one = createFolderMap([{ path: '/root', readOnly: false }], 'linux').toGuest('/root/x')
  const two = createFolderMap(
    [
      { path: '/a', readOnly: false },
      { path: '/root', readOnly: true },
    ],
    'linux',
  ).toGuest('/root/x')
  expect(two).toEqual({ ...one, readOnly: true })
})

test('a folder that is shared beside the engine does not hide the engine', () => {
  const map = createFolderMap([{ path: '/var', readOnly: false }], 'linux')
  expect(map.toGuest('/var/run/docker.sock').kind).toBe('guest')
  expect(map.toGuest('/var/lib/docker').kind).toBe('guest')
  expect(map.toGuest('/var/www').kind).toBe('shared')
})

describe('on a Mac', () => {
  const map = createFolderMap(
    [
      { path: '/Users/me', readOnly: false },
      { path: '/tmp', realPath: '/private/tmp', readOnly: false },
    ],
    'darwin',
  )

  it('does not tell cases apart, and keeps them', () => {
    expect(map.toGuest('/users/ME/Code')).toMatchObject({ path: '/Users/me/Code' })
  })

  it('knows a folder by its real name as well', () => {
    const place = map.toGuest('/private/tmp/x')
    expect(place).toEqual(map.toGuest('/tmp/x'))
    expect(place).toMatchObject({ kind: 'shared' })
  })
})

describe('on Windows', () => {
  const map = createFolderMap([{ path: 'C:\\Users\\Me', readOnly: false }], 'win32')

  it.each([
    'C:\\Users\\Me\\app',
    'c:/Users/Me/app',
    '/c/Users/Me/app',
    '//c/Users/Me/app/',
    '\\\\?\\C:\\Users\\me\\app',
    'C:\\Users\\Me\\x\\..\\app',
  ])('%s', (hostPath) => {
    expect(map.toGuest(hostPath)).toEqual({
      kind: 'shared',
      path: '/c/Users/Me/app',
      readOnly: false,
    })
  })

  it('finds the way back and refuses the rest', () => {
    expect(map.toHost('/c/Users/Me/app/x')).toBe('C:\\Users\\Me\\app\\x')
    expect(map.toGuest('D:\\data').kind).toBe('not-shared')
    expect(map.toGuest('/var/run/docker.sock').kind).toBe('guest')
    expect(map.toGuest('/run/docker.sock').kind).toBe('guest')
  })
})
