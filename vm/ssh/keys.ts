import { generateKeyPairSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import ssh2, { type ParsedKey } from 'ssh2'
import { z } from 'zod'
import { errorCode, writeDurably } from '../durable-file.ts'
import { toFolderError } from '../folders.ts'

export interface KeyPair {
  /** OpenSSH's private key format. */
  privateKey: string
  /** One line as in authorized_keys. */
  publicLine: string
  /** The public key as it goes over the wire. */
  publicBlob: Buffer
}

/**
 * Reads the ed25519 key at `path`, or makes it when there is none or it was only half written. Mode 0600. The public
 * half is always derived, so that the two cannot disagree.
 * @throws {VmError} 'folder-not-writable' when there is a file that may not be read: a guest may know that very key.
 */
export async function ensureKey(path: string, comment: string): Promise<KeyPair> {
  const existing = await findKey(path)
  if (existing) return existing
  const privateKey = makePrivateKey(comment)
  await writeDurably(path, privateKey)
  const made = parse(privateKey)
  if (!made) throw new Error(`the key just written to ${path} cannot be read`)
  return made
}

/** The key at `path`; undefined when there is none, or none that is whole. */
export async function findKey(path: string): Promise<KeyPair | undefined> {
  return parse(await readKey(path))
}

async function readKey(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return ''
    throw toFolderError(error, dirname(path))
  }
}

/**
 * A new ed25519 key in OpenSSH's format. Not by ssh2's own generator, which drops a leading zero byte of the public
 * half: one key in 256 can then be read by nobody.
 */
export function makePrivateKey(comment: string): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { d, x } = z
    .object({ d: z.string(), x: z.string() })
    .parse(privateKey.export({ format: 'jwk' }))
  const publicHalf = Buffer.from(x, 'base64url')
  const seed = Buffer.from(d, 'base64url')
  const type = text(Buffer.from('ssh-ed25519'))
  const check = randomBytes(4)
  const secret = Buffer.concat([
    ...[check, check, type, text(publicHalf), text(Buffer.concat([seed, publicHalf]))],
    text(Buffer.from(comment)),
  ])
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, (8 - (secret.length % 8)) % 8)
  const none = text(Buffer.from('none'))
  const file = Buffer.concat([
    ...[
      Buffer.from('openssh-key-v1\0'),
      none,
      none,
      text(Buffer.alloc(0)),
      Buffer.from([0, 0, 0, 1]),
    ],
    text(Buffer.concat([type, text(publicHalf)])),
    text(Buffer.concat([secret, padding])),
  ])
  const lines = file.toString('base64').match(/.{1,70}/g) ?? []
  return [
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    ...lines,
    '-----END OPENSSH PRIVATE KEY-----',
    '',
  ].join('\n')
}

/** A "string" of the ssh protocol: its length in four bytes, then its bytes. */
function text(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function parse(privateKey: string): KeyPair | undefined {
  const parsed: ParsedKey | Error = ssh2.utils.parseKey(privateKey)
  if (parsed instanceof Error || !parsed.isPrivateKey()) return undefined
  const publicBlob = parsed.getPublicSSH()
  const publicLine = `${parsed.type} ${publicBlob.toString('base64')} ${parsed.comment}`.trim()
  return { privateKey, publicLine, publicBlob }
}

/** Compares without telling by its time where two keys differ. */
export function isSameKey(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}
