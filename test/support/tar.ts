/** One entry of an archive, in the words of POSIX ustar (IEEE Std 1003.1, pax, "ustar Interchange Format"). */
export interface TarEntry {
  name: string
  /** 0 file, 1 hard link, 2 symbolic link, 3 character device, 5 folder, 6 fifo. */
  type?: '0' | '1' | '2' | '3' | '5' | '6'
  mode?: number
  link?: string
  content?: string | Buffer
  /** Told in the header whatever the content has. */
  size?: number
}

/** An archive with nothing made safe: names, links and sizes stand in it as they are given. */
export function toTar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(toTarEntry), tarEnd])
}

/** An entry's header, its content, and what fills the last block. */
export function toTarEntry(entry: TarEntry): Buffer {
  const body = Buffer.from(entry.content ?? '')
  const size = entry.size ?? body.length
  return Buffer.concat([toTarHeader({ ...entry, size }), body, Buffer.alloc(-body.length & 511)])
}

/** The header alone, for a content that comes later. */
export function toTarHeader(entry: TarEntry): Buffer {
  const { name, type = '0', mode = 0o644, link = '', size = 0 } = entry
  const block = Buffer.alloc(512)
  const octal = (value: number, at: number, digits: number) =>
    block.write(`${value.toString(8).padStart(digits, '0')}\0`, at)
  block.write(name, 0, 100)
  octal(mode, 100, 7)
  octal(0, 108, 7)
  octal(0, 116, 7)
  octal(size, 124, 11)
  octal(0, 136, 11)
  block.write(' '.repeat(8), 148)
  block.write(type, 156)
  block.write(link, 157, 100)
  block.write('ustar\x0000', 257)
  if (type === '3') {
    // Linux's null, 1:3.
    octal(1, 329, 7)
    octal(3, 337, 7)
  }
  const sum = block.reduce((total, byte) => total + byte, 0)
  octal(sum, 148, 6)
  return block
}

/** Two empty blocks. */
export const tarEnd = Buffer.alloc(1024)
