import type { Readable } from 'node:stream'
import type { ByteName } from '../bytes.ts'

/** Numbers of SFTP version 3 (draft-ietf-secsh-filexfer-02). */
export const request = {
  init: 1,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  readlink: 19,
  symlink: 20,
  extended: 200,
} as const

export const reply = {
  version: 2,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
  extended: 201,
} as const

/** OpenSSH's own limit. */
const maxPacketBytes = 256 * 1024 + 1024

/**
 * Cuts the stream into packets, each without its length. Reads no further than the reader of the packets is.
 * @throws {Error} for a length that no packet has
 */
export async function* readPackets(stream: Readable): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) throw new Error('the stream is not one of bytes')
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length >= 4) {
      const length = rest.readUInt32BE(0)
      if (length < 1 || length > maxPacketBytes) throw new Error(`a packet of ${length} bytes`)
      if (rest.length < 4 + length) break
      yield rest.subarray(4, 4 + length)
      rest = rest.subarray(4 + length)
    }
  }
}

/** What a client asks to set, or is told. */
export interface Attrs {
  size?: bigint
  uid?: number
  gid?: number
  mode?: number
  /** Seconds since the epoch; both or none. */
  atime?: number
  mtime?: number
}

const attrFlags = { size: 1, owner: 2, mode: 4, times: 8 } as const

/** Reads one packet from its beginning on; throws a RangeError where it is too short. */
export class PacketReader {
  readonly #packet: Buffer
  #at = 0

  constructor(packet: Buffer) {
    this.#packet = packet
  }

  byte(): number {
    return this.#packet.readUInt8(this.#move(1))
  }

  uint32(): number {
    return this.#packet.readUInt32BE(this.#move(4))
  }

  uint64(): bigint {
    return this.#packet.readBigUInt64BE(this.#move(8))
  }

  bytes(): Buffer {
    const length = this.uint32()
    const start = this.#move(length)
    return this.#packet.subarray(start, start + length)
  }

  name(): ByteName {
    return this.bytes().toString('latin1')
  }

  attrs(): Attrs {
    const flags = this.uint32()
    const attrs: Attrs = {}
    if (flags & attrFlags.size) attrs.size = this.uint64()
    if (flags & attrFlags.owner) Object.assign(attrs, { uid: this.uint32(), gid: this.uint32() })
    if (flags & attrFlags.mode) attrs.mode = this.uint32()
    if (flags & attrFlags.times)
      Object.assign(attrs, { atime: this.uint32(), mtime: this.uint32() })
    return attrs
  }

  #move(bytes: number): number {
    const start = this.#at
    if (start + bytes > this.#packet.length) throw new RangeError('a packet that ends too early')
    this.#at = start + bytes
    return start
  }
}

export function uint32(value: number): Buffer {
  const buffer = Buffer.allocUnsafe(4)
  buffer.writeUInt32BE(value >>> 0)
  return buffer
}

export function uint64(value: bigint): Buffer {
  const buffer = Buffer.allocUnsafe(8)
  buffer.writeBigUInt64BE(BigInt.asUintN(64, value))
  return buffer
}

export function text(value: ByteName | Buffer): Buffer {
  const content = typeof value === 'string' ? Buffer.from(value, 'latin1') : value
  return Buffer.concat([uint32(content.length), content])
}

export function writeAttrs(attrs: Required<Attrs>): Buffer {
  const buffer = Buffer.allocUnsafe(32)
  buffer.writeUInt32BE(attrFlags.size | attrFlags.owner | attrFlags.mode | attrFlags.times, 0)
  buffer.writeBigUInt64BE(attrs.size, 4)
  buffer.writeUInt32BE(attrs.uid, 12)
  buffer.writeUInt32BE(attrs.gid, 16)
  buffer.writeUInt32BE(attrs.mode, 20)
  buffer.writeUInt32BE(attrs.atime, 24)
  buffer.writeUInt32BE(attrs.mtime, 28)
  return buffer
}

/** A whole packet, its length included. */
export function packet(type: number, parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 1)
  return Buffer.concat([uint32(length), Buffer.of(type), ...parts])
}
