import { execFile } from 'node:child_process'
import { open, type FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

const magic = 0x6a736677736872n
const flags = { flush: 1n, fua: 2n, discard: 4n, mark: 8n }

/** One entry of a log of writes: what was done to which bytes of the disk, and where the log has the bytes. */
export interface LogEntry {
  kind: 'write' | 'discard' | 'flush'
  offset: number
  length: number
  dataAt: number
  /** Where the entry ends in the log. */
  end: number
}

/**
 * Reads a log as QEMU's blklogwrites writes it, in the format of Linux's dm-log-writes: a superblock, then for each
 * write, discard and flush, once it was done, one sector that says so and the bytes. A log that is still written, or was
 * cut short, is read as far as it is whole.
 */
export async function readWriteLog(path: string): Promise<LogEntry[]> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const head = await readAt(file, 0, 32)
    if (head.readBigUInt64LE(0) !== magic) throw new Error('no log of writes')
    const sector = head.readUInt32LE(24)
    const entries: LogEntry[] = []
    for (let at = sector; at + sector <= size;) {
      const entry = toEntry(await readAt(file, at, 32), sector, at)
      if (!entry || entry.end > size) break
      entries.push(entry)
      at = entry.end
    }
    return entries
  } finally {
    await file.close()
  }
}

function toEntry(bytes: Buffer, sector: number, at: number): LogEntry | undefined {
  const found = bytes.readBigUInt64LE(16)
  const length = Number(bytes.readBigUInt64LE(8)) * sector
  const offset = Number(bytes.readBigUInt64LE(0)) * sector
  const dataAt = at + sector
  // A place that was taken, and not yet written to.
  if (length === 0 && (found & (flags.flush | flags.mark)) === 0n) return undefined
  if ((found & flags.discard) !== 0n)
    return { kind: 'discard', offset, length, dataAt, end: dataAt }
  const kind = length === 0 ? 'flush' : 'write'
  return { kind, offset, length, dataAt, end: dataAt + length }
}

/** Does to the image at `imagePath` what the entry did to the disk. */
export async function replay(
  entry: LogEntry,
  log: FileHandle,
  image: { file: FileHandle; path: string },
): Promise<void> {
  if (entry.kind === 'write') {
    const bytes = await readAt(log, entry.dataAt, entry.length)
    await image.file.write(bytes, 0, bytes.length, entry.offset)
  } else if (entry.kind === 'discard') {
    const range = ['-o', String(entry.offset), '-l', String(entry.length)]
    await run('fallocate', ['--punch-hole', ...range, image.path])
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await file.read(bytes, 0, length, position)
  if (bytesRead < length) throw new Error('the log ends here')
  return bytes
}
