import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import ssh2 from 'ssh2'
import { ensureKey, isSameKey, makePrivateKey } from '../../../../vm/ssh/keys.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-keys-'))
  path = join(folder, 'id_ed25519')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('a key is made once, for this user only, and OpenSSH can read it', async () => {
  const made = await ensureKey(path, 'berth')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await ensureKey(path, 'berth')).toEqual(made)
  expect(await readdir(folder)).toEqual(['id_ed25519'])
  const { stdout } = await promisify(execFile)('ssh-keygen', ['-y', '-f', path])
  expect(stdout.trim()).toBe(made.publicLine)
  expect(made.publicLine).toMatch(/^ssh-ed25519 \S+ berth$/)
})

test('every key can be read, those with a zero in front too', () => {
  for (let made = 0; made < 1500; made++) {
    const key = ssh2.utils.parseKey(makePrivateKey('x'))
    if (key instanceof Error) throw key
    expect(key.getPublicSSH()).toHaveLength(51)
  }
})

test('a key that was only half written is made anew', async () => {
  await writeFile(path, '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl')
  const { publicLine } = await ensureKey(path, 'berth')
  expect(publicLine).toMatch(/^ssh-ed25519 /)
})

test('a key that is there but cannot be read is left, and no other is made', async () => {
  const file = join(path, 'id_ed25519')
  await writeFile(path, 'a file where the folder should be')
  await expect(ensureKey(file, 'berth')).rejects.toMatchObject({ code: 'folder-not-writable' })
  await rm(path)
  await mkdir(path)
  await expect(ensureKey(path, 'berth')).rejects.toMatchObject({ code: 'EISDIR', syscall: 'read' })
})

test('keys are the same only byte for byte', async () => {
  const { publicBlob } = await ensureKey(path, 'berth')
  expect(isSameKey(publicBlob, Buffer.from(publicBlob))).toBe(true)
  expect(isSameKey(publicBlob, publicBlob.subarray(1))).toBe(false)
  expect(isSameKey(publicBlob, Buffer.alloc(publicBlob.length))).toBe(false)
})
