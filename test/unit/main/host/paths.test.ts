import { mkdtemp, rm, symlink, chmod, mkdir, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeHome } from '../../../../main/host/folders.ts'
import { takeLock } from '../../../../main/host/lock.ts'
import { findPaths } from '../../../../main/host/paths.ts'
import { findSocketFolders, makeSocketFolder } from '../../../../main/host/socket-folder.ts'

const uid = process.getuid?.() ?? 0
const of = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
  findPaths({ env, platform, uid })

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-paths-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('paths', () => {
  test('of two homes share no socket', () => {
    expect(of({ BERTH_HOME: '/a' }).socketFolders).not.toEqual(
      of({ BERTH_HOME: '/b' }).socketFolders,
    )
  })

  test.each(['x', 'd é 名 \'q" $x', 'x'.repeat(200)])(
    'have a socket that can be listened on, whatever the home is called (%s)',
    async (name) => {
      const paths = of({ BERTH_HOME: join(folder, name), XDG_RUNTIME_DIR: join(folder, name) })
      await makeHome(paths)
      const sockets = await makeSocketFolder(paths)
      const server = createServer()
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(paths.dockerSocket(sockets), resolve)
      })
      await new Promise((resolve) => server.close(resolve))
      await rm(sockets, { recursive: true })
    },
  )

  test('are named pipes on Windows', () => {
    expect(of({}, 'win32').dockerSocket('')).toBe(String.raw`\\.\pipe\berth_engine`)
  })
})

describe('the folder of sockets', () => {
  const among = async (...socketFolders: string[]) => {
    const paths = { ...of({ BERTH_HOME: join(folder, 'home') }), socketFolders }
    await makeHome(paths)
    return paths
  }

  test('is for this user alone', async () => {
    const made = await makeSocketFolder(await among(join(folder, 's')))
    expect((await stat(made)).mode & 0o777).toBe(0o700)
  })

  test('is never a link or a folder that others may enter, to listen or to call', async () => {
    const [link, open, own] = [join(folder, 'link'), join(folder, 'open'), join(folder, 'own')]
    await symlink(folder, link)
    await mkdir(open)
    await chmod(open, 0o777)
    const paths = await among(link, open, own)
    expect(await findSocketFolders(paths)).toEqual([])
    expect(await makeSocketFolder(paths)).toBe(own)
    expect(await findSocketFolders({ ...paths, socketRecord: '' })).toEqual([own])
  })

  test('stays the one it was for a shell with other variables', async () => {
    const paths = await among(join(folder, 'a'))
    const made = await makeSocketFolder(paths)
    const elsewhere = { ...paths, socketFolders: [join(folder, 'b')] }
    expect(await makeSocketFolder(elsewhere)).toBe(made)
    expect(await findSocketFolders(elsewhere)).toEqual([made])
  })

  test('that cannot be had is told by its name', async () => {
    const file = join('/dev/null', 'berth')
    await expect(makeSocketFolder(await among(file))).rejects.toMatchObject({
      code: 'folder-not-writable',
      params: { folder: file },
    })
  })
})

describe('the home', () => {
  test('on what cannot be written is told by its name', async () => {
    await expect(makeHome(of({ BERTH_HOME: '/dev/null/berth' }))).rejects.toMatchObject({
      code: 'home-not-writable',
      params: { folder: '/dev/null/berth' },
    })
  })

  test('is held by one at a time, and free again afterwards', () => {
    const file = join(folder, 'lock')
    const held = takeLock(file)
    expect(held).toBeDefined()
    expect(takeLock(file)).toBeUndefined()
    held?.[Symbol.dispose]()
    const again = takeLock(file)
    expect(again).toBeDefined()
    again?.[Symbol.dispose]()
  })
})
