import { getDiffieHellman, randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeDurably } from '../durable-file.ts'

/**
 * Makes a new secret for the TLS link to QMP, where that has to be a loopback port: every process of the computer,
 * and the guest, can reach such a port, but only who knows the secret gets through.
 */
export async function makeQmpSecret(secretFile: string): Promise<void> {
  const folder = dirname(secretFile)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeDurably(secretFile, `berth:${randomBytes(32).toString('hex')}\n`)
  // Without this file QEMU searches for primes of its own for many seconds before it listens.
  await writeDurably(join(folder, 'dh-params.pem'), dhParameters())
}

/** The 2048-bit group of RFC 3526 with generator 2, as DER in PEM. */
function dhParameters(): string {
  const prime = Buffer.concat([Buffer.from([0]), getDiffieHellman('modp14').getPrime()])
  const body = Buffer.concat([der(0x02, prime), der(0x02, Buffer.from([2]))])
  const lines =
    der(0x30, body)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return ['-----BEGIN DH PARAMETERS-----', ...lines, '-----END DH PARAMETERS-----', ''].join('\n')
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
