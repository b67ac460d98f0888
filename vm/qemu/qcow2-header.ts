import { open } from 'node:fs/promises'

/** How every qcow2 file begins: QFI and 0xfb. */
export const qcow2Magic = '514649fb'

/** Bits of features without which a file cannot be understood: five are known, and no disk of ours needs more. */
const knownFeatures = 32n

/**
 * Whether the file begins as QEMU would write it. What QEMU refuses for its head alone it tells as any other failure, in
 * words, so that this is the way to tell damage from a computer that is short of memory.
 */
export async function hasSoundHeader(path: string): Promise<boolean> {
  const file = await open(path, 'r+')
  try {
    const { buffer } = await file.read(Buffer.alloc(80), 0, 80, 0)
    if (buffer.toString('hex', 0, 4) !== qcow2Magic) return false
    const [version, clusterBits] = [buffer.readUInt32BE(4), buffer.readUInt32BE(20)]
    if (version < 2 || version > 3 || clusterBits < 9 || clusterBits > 21) return false
    const size = BigInt((await file.stat()).size)
    const isPlace = (at: bigint) => at > 0n && at < size && at % (1n << BigInt(clusterBits)) === 0n
    const [firstTable, counts] = [buffer.readBigUInt64BE(40), buffer.readBigUInt64BE(48)]
    if (!isPlace(firstTable) || !isPlace(counts)) return false
    return version === 2 || buffer.readBigUInt64BE(72) < knownFeatures
  } finally {
    await file.close()
  }
}
