import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import { isIP } from 'node:net'

/** What a TLS server shows, and what its clients need to believe it. All PEM. */
export interface Certificate {
  certificate: string
  privateKey: string
  /** The certificate of the authority that signed it. */
  authority: string
}

export interface Authority extends Certificate {
  /** Another certificate of this authority, for these names and addresses. */
  issue(options?: CertificateOptions): Certificate
}

interface CertificateOptions {
  /** Names and IPv4 addresses; those of the loopback when not given. */
  hosts?: readonly string[]
  /** From now to its end; one that is below zero has ended. */
  days?: number
}

/**
 * Where whatever lies that is to be another host than 127.0.0.1: Go's clients carry an Authorization from port to port.
 * Linux has the whole of 127.0.0.0/8.
 */
export const otherLoopback = '127.0.0.2'

const loopback = ['localhost', '127.0.0.1', otherLoopback]
const dayMs = 86_400_000

/**
 * An authority of certificates that lives as long as its test. Made by Node's own crypto, which signs but has no
 * X.509: RFC 5280 section 4.1 is written out here, since openssl is no program that the set-up sees to.
 */
export function createAuthority(): Authority {
  const privateKey = newKey()
  // Two authorities in one pool of trust are told apart by their names.
  const name = `Berth's test authority ${randomBytes(6).toString('hex')}`
  const self = toCertificate(privateKey, {
    issuer: name,
    subject: name,
    subjectKey: privateKey,
    days: 2,
  })
  return {
    ...{ certificate: self, authority: self, privateKey: toPem(privateKey) },
    issue({ hosts = loopback, days = 1 } = {}) {
      const key = newKey()
      const certificate = toCertificate(privateKey, {
        ...{ issuer: name, subject: hosts[0] ?? 'nobody', subjectKey: key },
        ...{ days, hosts },
      })
      return { certificate, privateKey: toPem(key), authority: self }
    },
  }
}

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

const toPem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()

interface Content {
  issuer: string
  subject: string
  subjectKey: KeyObject
  days: number
  /** Of a server; an authority has none. */
  hosts?: readonly string[]
}

/** In PEM. */
function toCertificate(
  signer: KeyObject,
  { issuer, subject, subjectKey, days, hosts }: Content,
): string {
  const until = Date.now() + days * dayMs
  const body = sequence(
    tagged(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    ecdsaWithSha256,
    toName(issuer),
    sequence(toTime(Math.min(Date.now(), until) - dayMs), toTime(until)),
    toName(subject),
    createPublicKey(subjectKey).export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...(hosts ? serverExtensions(hosts) : authorityExtensions))),
  )
  const signature = sign('sha256', body, signer)
  const der = sequence(body, ecdsaWithSha256, tagged(0x03, Buffer.of(0), signature))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

/** One value of DER (ITU-T X.690): its tag, its length, its content. */
function tagged(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const { length } = body
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), body])
  const size = length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 255)
  return Buffer.concat([Buffer.of(tag), size, body])
}

const sequence = (...content: readonly Buffer[]) => tagged(0x30, ...content)
const integer = (bytes: Buffer) => tagged(0x02, bytes)
const octets = (content: Buffer) => tagged(0x04, content)
const object = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'))
const critical = tagged(0x01, Buffer.of(0xff))

/** 1.2.840.10045.4.3.2, RFC 5758. */
const ecdsaWithSha256 = sequence(object('2a8648ce3d040302'))

/** A name that is a common name alone, 2.5.4.3. */
const toName = (name: string) =>
  sequence(tagged(0x31, sequence(object('550403'), tagged(0x0c, Buffer.from(name)))))

/** UTCTime, which RFC 5280 asks for until 2049. */
const toTime = (ms: number) =>
  tagged(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14)}Z`))

/** Basic constraints and key usage (sign certificates), 2.5.29.19 and .15. */
const authorityExtensions = [
  sequence(object('551d13'), critical, octets(sequence(critical))),
  sequence(object('551d0f'), critical, octets(tagged(0x03, Buffer.of(2, 0b100)))),
]

/** Key usage (sign), its purpose (serverAuth) and the names it is good for, 2.5.29.15, .37 and .17. */
function serverExtensions(hosts: readonly string[]): Buffer[] {
  const names = hosts.map((host) =>
    isIP(host) === 4
      ? tagged(0x87, Buffer.from(host.split('.').map(Number)))
      : tagged(0x82, Buffer.from(host)),
  )
  return [
    sequence(object('551d0f'), critical, octets(tagged(0x03, Buffer.of(7, 0b1000_0000)))),
    sequence(object('551d25'), octets(sequence(object('2b06010505070301')))),
    sequence(object('551d11'), octets(sequence(...names))),
  ]
}
