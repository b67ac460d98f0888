import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { SFTPWrapper } from 'ssh2'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkedBeneath, linuxBeneath } from '../../../../main/folders/beneath.ts'
import { toByteName } from '../../../../main/folders/bytes.ts'
import { Ownership } from '../../../../main/folders/ownership.ts'
import { pokeTime } from '../../../../main/folders/poke-time.ts'
import { serveSftp } from '../../../../main/folders/sftp/serve.ts'
import { Tree } from '../../../../main/folders/tree.ts'
import { type SftpPair, startSftpPair } from '../../../support/sftp-pair.ts'

const ways = process.platform === 'linux' ? { linuxBeneath, checkedBeneath } : { checkedBeneath }

describe.each(Object.entries(ways))('a server that looks up by %s', (_name, beneath) => {
  let folder: string
  let root: string
  let pair: SftpPair
  let sftp: SFTPWrapper
  let owners: Ownership
  let tree: Tree
  let served: Promise<void>

  beforeEach(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'berth-sftp-')))
    root = join(folder, 'shared')
    for (const name of ['shared', 'outside', 'shared/dir', 'read-only'])
      mkdirSync(join(folder, name))
    writeFileSync(join(folder, 'outside', 'secret'), 'secret')
    writeFileSync(join(folder, 'read-only', 'file'), 'as it was')
    owners = new Ownership(join(folder, 'owners'))
    const hidden = [toByteName(join(root, 'own'))]
    const folders = [
      { wire: '/w', host: toByteName(root), readOnly: false },
      { wire: '/w/ro', host: toByteName(join(folder, 'read-only')), readOnly: true },
    ]
    tree = new Tree({ folders: () => folders, hidden, beneath, owners })
    pair = await startSftpPair((stream) => {
      served = serveSftp(stream, tree)
    })
    sftp = pair.client
  })

  afterEach(async () => {
    await pair[Symbol.asyncDispose]()
    await served
    owners[Symbol.dispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  const call = <T>(work: (done: (error?: Error | null, value?: T) => void) => void): Promise<T> =>
    promisify<T>(work as never)()
  const refused = expect.objectContaining({ code: expect.any(Number) })
  const read = (path: string) => call<Buffer>((done) => sftp.readFile(path, done))
  const write = (path: string, data: string | Buffer) =>
    call((done) => {
      sftp.writeFile(path, data, done)
    })
  const lstat = (path: string) =>
    call<{ mode: number; uid: number; size: number }>((done) => sftp.lstat(path, done))

  it('writes and reads a big file', async () => {
    const data = Buffer.alloc(5_000_000, 'abcdefg')
    await write('/w/big', data)
    expect(readFileSync(join(root, 'big')).equals(data)).toBe(true)
    expect((await read('/w/big')).equals(data)).toBe(true)
  })

  it('lists, makes, renames, links and removes', async () => {
    await write('/w/a', 'one')
    await call((done) => sftp.mkdir('/w/d', done))
    await call((done) => sftp.rename('/w/a', '/w/d/b', done))
    await write('/w/a', 'two')
    await expect(call((done) => sftp.rename('/w/a', '/w/d/b', done))).rejects.toEqual(refused)
    await call((done) => sftp.ext_openssh_rename('/w/a', '/w/d/b', done))
    await call((done) => sftp.ext_openssh_hardlink('/w/d/b', '/w/d/c', done))
    await call((done) => sftp.symlink('b', '/w/d/l', done))
    expect(readlinkSync(join(root, 'd/l'))).toBe('b')
    expect(await call((done) => sftp.readlink('/w/d/l', done))).toBe('b')
    const names = await call<{ filename: string }[]>((done) => sftp.readdir('/w/d', done))
    expect(names.map(({ filename }) => filename).sort()).toEqual(['b', 'c', 'l'])
    expect(readFileSync(join(root, 'd/c'), 'utf8')).toBe('two')
    await expect(call((done) => sftp.rmdir('/w/d', done))).rejects.toEqual(refused)
    for (const name of ['b', 'c', 'l']) await call((done) => sftp.unlink(`/w/d/${name}`, done))
    await call((done) => sftp.rmdir('/w/d', done))
    expect(readdirSync(root)).toEqual(['dir'])
  })

  it('names a thousand entries, and one that is no UTF-8', async () => {
    for (let i = 0; i < 1000; i++) writeFileSync(join(root, `dir/${i}`), '')
    const names = await call<unknown[]>((done) => sftp.readdir('/w/dir', done))
    expect(names).toHaveLength(1000)
    expect(await call((done) => sftp.realpath('/w/dir/../x', done))).toBe('/w/x')
  })

  it('tells the space of the disk, syncs, truncates', async () => {
    const space = await call<{ f_bsize: number }>((done) =>
      sftp.ext_openssh_statvfs('/w', done as never),
    )
    expect(space.f_bsize).toBeGreaterThan(0)
    const handle = await call<Buffer>((done) => sftp.open('/w/f', 'w', done))
    await call((done) => sftp.write(handle, Buffer.from('hello'), 0, 5, 0, done))
    await call((done) => sftp.ext_openssh_fsync(handle, done))
    await call((done) => sftp.fsetstat(handle, { size: 2 }, done))
    await call((done) => sftp.close(handle, done))
    expect(readFileSync(join(root, 'f'), 'utf8')).toBe('he')
    await expect(call((done) => sftp.close(handle, done))).rejects.toEqual(refused)
  })

  it('shows containers what they set, and keeps the host from it', async () => {
    await write('/w/f', 'x')
    expect(await lstat('/w/f')).toMatchObject({ uid: 0, gid: 0 })
    await call((done) => sftp.chown('/w/f', 999, 998, done))
    await call((done) => sftp.chmod('/w/f', 0o4755, done))
    await call((done) => sftp.chown('/w/dir', 70, 70, done))
    await write('/w/dir/child', 'x')
    expect(await lstat('/w/f')).toMatchObject({ uid: 999, gid: 998, mode: 0o104755 })
    expect(await lstat('/w/dir/child')).toMatchObject({ uid: 70, gid: 70 })
    expect(statSync(join(root, 'f')).mode & 0o7777).toBe(0o755)
    expect(statSync(join(root, 'f')).uid).toBe(process.getuid?.())
    chmodSync(join(root, 'f'), 0o600)
    expect(await lstat('/w/f')).toMatchObject({ uid: 999, mode: 0o100600 })
  })

  it('keeps the fraction of a time that is set as it is', async () => {
    writeFileSync(join(root, 'f'), '')
    utimesSync(join(root, 'f'), 1000.25, 2000.75)
    const before = lstatSync(join(root, 'f'))
    await call((done) => sftp.utimes('/w/f', 1000, 2000, done))
    expect(lstatSync(join(root, 'f'))).toMatchObject({
      mtimeMs: before.mtimeMs,
      ctimeMs: before.ctimeMs,
    })
    await call((done) => sftp.utimes('/w/f', 1000, 3000, done))
    expect(lstatSync(join(root, 'f')).mtimeMs).toBe(3_000_000)
  })

  it('takes a poke for what it is, also where nothing may be changed or nothing is', async () => {
    writeFileSync(join(root, 'f'), 'x')
    for (const [path, file] of [
      ['/w/f', 'shared/f'],
      ['/w/dir', 'shared/dir'],
      ['/w/ro/file', 'read-only/file'],
    ] as const) {
      const before = lstatSync(join(folder, file), { bigint: true })
      await call((done) => sftp.utimes(path, 0, pokeTime, done))
      const after = lstatSync(join(folder, file), { bigint: true })
      expect([after.mtimeNs, after.ctimeNs]).toEqual([before.mtimeNs, before.ctimeNs])
    }
    await call((done) => sftp.utimes('/w/gone', 0, pokeTime, done))
  })

  it('remembers what containers changed, until somebody else does', async () => {
    const isNews = (name: string) => tree.own.isNews(toByteName(join(root, name)))
    await write('/w/dir/f', 'x')
    expect(isNews('dir/f')).toBe(false)
    await call((done) => sftp.rename('/w/dir/f', '/w/g', done))
    expect([isNews('dir/f'), isNews('g')]).toEqual([false, false])
    await call((done) => sftp.chmod('/w/g', 0o600, done))
    expect(isNews('g')).toBe(false)
    writeFileSync(join(root, 'g'), 'longer')
    expect([isNews('g'), isNews('g')]).toEqual([true, false])
    await call((done) => sftp.unlink('/w/g', done))
    expect(isNews('g')).toBe(false)
  })

  it('lets nothing be changed where only reading is shared', async () => {
    expect((await read('/w/ro/file')).toString()).toBe('as it was')
    const tries: ((done: (error?: Error | null) => void) => void)[] = [
      (done) => {
        sftp.writeFile('/w/ro/file', 'no', done)
      },
      (done) => {
        sftp.writeFile('/w/ro/new', 'no', done)
      },
      (done) => {
        sftp.unlink('/w/ro/file', done)
      },
      (done) => {
        sftp.mkdir('/w/ro/d', done)
      },
      (done) => {
        sftp.chmod('/w/ro/file', 0o777, done)
      },
      (done) => {
        sftp.chown('/w/ro/file', 1, 1, done)
      },
      (done) => {
        sftp.rename('/w/ro/file', '/w/x', done)
      },
      (done) => {
        sftp.ext_openssh_hardlink('/w/ro/file', '/w/x', done)
      },
      (done) => {
        sftp.symlink('x', '/w/ro/l', done)
      },
      (done) => {
        sftp.rmdir('/w', done)
      },
    ]
    for (const one of tries) await expect(call(one)).rejects.toEqual(refused)
    expect(readdirSync(join(folder, 'read-only'))).toEqual(['file'])
    expect(readFileSync(join(folder, 'read-only/file'), 'utf8')).toBe('as it was')
  })

  it('lets nobody into what is hidden, nor move what is around it', async () => {
    mkdirSync(join(root, 'own'))
    writeFileSync(join(root, 'own/key'), 'key')
    await expect(read('/w/own/key')).rejects.toEqual(refused)
    await expect(write('/w/own/new', 'x')).rejects.toEqual(refused)
    await expect(call((done) => sftp.rename('/w/own', '/w/x', done))).rejects.toEqual(refused)
  })

  it('reaches nothing outside by a path or a link', async () => {
    symlinkSync(join(folder, 'outside'), join(root, 'link'))
    symlinkSync(join(folder, 'outside', 'secret'), join(root, 'direct'))
    symlinkSync('../../outside', join(root, 'dir', 'up'))
    for (const path of [
      ...['/w/link/secret', '/w/direct', '/w/dir/up/secret', '/w/../outside/secret', '/etc/passwd'],
      ...['/w/dir/../../outside/secret', '/w/link/../outside/secret', '', '/', '/wx', '/w/\0'],
    ]) {
      await expect(read(path), path).rejects.toThrow()
      await expect(write(path, 'mine'), path).rejects.toThrow()
    }
    await expect(call((done) => sftp.mkdir('/w/link/new', done))).rejects.toEqual(refused)
    await expect(call((done) => sftp.unlink('/w/link/secret', done))).rejects.toEqual(refused)
    await expect(call((done) => sftp.readdir('/w/link', done as never))).rejects.toEqual(refused)
    await expect(call((done) => sftp.stat('/w/direct', done as never))).rejects.toEqual(refused)
    await call((done) => sftp.unlink('/w/direct', done))
    expect(readFileSync(join(folder, 'outside/secret'), 'utf8')).toBe('secret')
    expect(existsSync(join(folder, 'outside/new'))).toBe(false)
  })
})
