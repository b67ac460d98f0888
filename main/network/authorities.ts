import { X509Certificate } from 'node:crypto'
import { AppError, type Authority } from '#api'

const block = /-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+?-----END CERTIFICATE-----/g
/** More than any company has. */
export const mostAuthorities = 50

/**
 * The certificates of a text, each in PEM as it will be kept. What stands around them is left out.
 * @throws {AppError} `authority-invalid`, `authority-key`
 */
export function parseAuthorities(text: unknown): string[] {
  if (typeof text !== 'string') throw new AppError('authority-invalid')
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) throw new AppError('authority-key')
  const blocks = text.match(block) ?? []
  const kept = blocks.map(toPem)
  if (kept.length === 0 || kept.includes(undefined)) throw new AppError('authority-invalid')
  return [...new Set(kept.filter((pem) => pem !== undefined))]
}

export function isAuthority(pem: string): boolean {
  return toPem(pem) === pem
}

/** What is shown of a certificate. */
export function describeAuthority(pem: string): Authority {
  const certificate = new X509Certificate(pem)
  return {
    fingerprint: certificate.fingerprint256,
    subject: toName(certificate.subject),
    issuer: toName(certificate.issuer),
    from: Date.parse(certificate.validFrom),
    until: Date.parse(certificate.validTo),
  }
}

/** Undefined for what only looks like a certificate. */
function toPem(text: string): string | undefined {
  try {
    return new X509Certificate(text).toString()
  } catch {
    return undefined
  }
}

/** The common name, else the organisation, else all that there is: `CN=…` stands on a line of its own. */
function toName(subject: string): string {
  const lines = subject.split('\n')
  const find = (key: string) =>
    lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1)
  return find('CN') ?? find('O') ?? lines.join(', ')
}
