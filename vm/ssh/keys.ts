import { timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import ssh2, { type ParsedKey } from 'ssh2'
import { writeDurably } from '../durable-file.ts'

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
 */
export async function ensureKey(path: string, comment: string): Promise<KeyPair> {
  const existing = parse(await readFile(path, 'utf8').catch(() => ''))
  if (existing) return existing
  const { private: privateKey } = ssh2.utils.generateKeyPairSync('ed25519', { comment })
  await writeDurably(path, privateKey)
  const made = parse(privateKey)
  if (!made) throw new Error(`the key just written to ${path} cannot be read`)
  return made
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
