import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { toPem } from '../../../../renderer/text/pem.ts'
import { createAuthority } from '../../../support/registry-lab/certificate.ts'

const { certificate } = createAuthority()

test('a certificate of a file is the same text, whether the file has text or bytes', () => {
  expect(toPem(new TextEncoder().encode(certificate))).toBe(certificate)
  expect(toPem(new Uint8Array(new X509Certificate(certificate).raw))).toBe(certificate)
})
