/** A certificate of a file as text: PEM as it is, DER wrapped as RFC 7468 has it. */
export function toPem(bytes: Uint8Array): string {
  // Each DER begins with a sequence.
  if (bytes[0] !== 0x30) return new TextDecoder().decode(bytes)
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  const lines = base64.match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
