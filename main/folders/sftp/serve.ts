import { fsync, read, readdirSync, write } from 'node:fs'
import { once } from 'node:events'
import { posix } from 'node:path'
import type { Duplex } from 'node:stream'
import { promisify } from 'node:util'
import type { ByteName } from '../bytes.ts'
import { HostError } from '../host-error.ts'
import type { Tree } from '../tree.ts'
import { serveExtension, extensions } from './extensions.ts'
import { Handles, statEntry } from './handles.ts'
import {
  PacketReader,
  packet,
  readPackets,
  reply,
  request,
  text,
  uint32,
  writeAttrs,
} from './packet.ts'
import { status, statusPacket, toStatus } from './status.ts'

const readFile = promisify(read)
const writeFile = promisify(write)
const syncFile = promisify(fsync)
/** What one answer carries at most; a client asks again for the rest. */
const maxReadBytes = 256 * 1024
const maxNames = 200

export interface Connection {
  tree: Tree
  handles: Handles
}

/**
 * Serves SFTP version 3 on a raw stream until that ends; resolves once all that was open is closed. One request after
 * the other, as clients expect to see their own changes; only what waits for the disk alone does not hold others up.
 */
export async function serveSftp(stream: Duplex, tree: Tree): Promise<void> {
  await using handles = new Handles()
  const closed = new AbortController()
  // Whatever breaks it also ends the reading below.
  stream.on('error', () => undefined)
  stream.on('close', () => {
    closed.abort()
  })
  const send = (answer: Buffer) => closed.signal.aborted || stream.write(answer)
  try {
    for await (const one of readPackets(stream)) {
      const answer = await answerTo({ tree, handles }, one, send)
      if (answer && !send(answer)) await once(stream, 'drain', { signal: closed.signal })
    }
  } catch {
    // The stream broke, or what came is no SFTP: there is nobody to tell.
  } finally {
    stream.destroy()
  }
}

async function answerTo(
  connection: Connection,
  one: Buffer,
  later: (answer: Buffer) => void,
): Promise<Buffer | undefined> {
  const reader = new PacketReader(one)
  const type = reader.byte()
  if (type === request.init) return packet(reply.version, [uint32(3), ...extensions])
  const id = uint32(reader.uint32())
  try {
    const done = await perform(connection, { id, type, reader, later })
    if (done === undefined) return statusPacket(id, status.ok)
    return done === 'later' ? undefined : done
  } catch (error) {
    return statusPacket(id, toStatus(error), error instanceof Error ? error.message : '')
  }
}

export interface Asked {
  id: Buffer
  type: number
  reader: PacketReader
  later: (answer: Buffer) => void
}

/** An answer; nothing for a plain "done"; `later` for one that goes its own way. */
export type Answer = Buffer | undefined | 'later'

// Arguments are read in the order in which they stand in the packet.
function perform(connection: Connection, asked: Asked): Answer | Promise<Answer> {
  const { tree, handles } = connection
  const { id, type, reader } = asked
  switch (type) {
    case request.open:
      return openFile(connection, asked)
    case request.close:
      return handles.close(reader.bytes()).then(() => undefined)
    case request.read:
      return readFrom(connection, asked)
    case request.write:
      return writeTo(connection, asked)
    case request.lstat:
      return packet(reply.attrs, [id, writeAttrs(tree.lstat(reader.name()))])
    case request.stat:
      return packet(reply.attrs, [id, writeAttrs(tree.stat(reader.name()))])
    case request.opendir:
      return openFolder(connection, asked)
    case request.readdir:
      return readFolder(connection, asked)
    case request.readlink:
      return nameAnswer(id, tree.readlink(reader.name()))
    case request.realpath:
      return nameAnswer(id, posix.resolve('/', reader.name()))
    default:
      return change(connection, asked)
  }
}

function change(connection: Connection, asked: Asked): Answer {
  const { tree, handles } = connection
  const { id, type, reader } = asked
  switch (type) {
    case request.fstat:
      return packet(reply.attrs, [id, writeAttrs(tree.lookOpen(handles.file(reader.bytes())))])
    case request.setstat:
      tree.set(reader.name(), reader.attrs())
      return undefined
    case request.fsetstat:
      tree.setOpen(writable(connection, reader.bytes()), reader.attrs())
      return undefined
    case request.remove:
      tree.remove(reader.name())
      return undefined
    case request.mkdir:
      tree.mkdir(reader.name(), reader.attrs().mode)
      return undefined
    case request.rmdir:
      tree.rmdir(reader.name())
      return undefined
    case request.rename:
      tree.rename(reader.name(), reader.name(), { replace: false })
      return undefined
    case request.symlink:
      // OpenSSH has them in this order, against the draft, and all its clients with it.
      tree.symlink(reader.name(), reader.name())
      return undefined
    case request.extended:
      return serveExtension(connection, asked, syncFile)
    default:
      throw new HostError('ENOSYS', `request ${type}`)
  }
}

const flag = { read: 1, write: 2, append: 4, create: 8, truncate: 16, exclusive: 32 } as const

function openFile({ tree, handles }: Connection, { id, reader }: Asked): Answer {
  const path = reader.name()
  const flags = reader.uint32()
  const wish = {
    read: (flags & flag.read) !== 0,
    write: (flags & (flag.write | flag.append)) !== 0,
    append: (flags & flag.append) !== 0,
    create: (flags & flag.create) !== 0,
    truncate: (flags & flag.truncate) !== 0,
    exclusive: (flags & flag.exclusive) !== 0,
    mode: reader.attrs().mode ?? 0o666,
  }
  handles.makeRoom()
  const opened = tree.open(path, wish)
  const writable = wish.write || wish.create || wish.truncate
  const handle = handles.add({ kind: 'file', ...opened, writable, busy: Promise.resolve() })
  return packet(reply.handle, [id, text(handle)])
}

async function readFrom({ handles }: Connection, { id, reader }: Asked): Promise<Answer> {
  const { fd } = handles.file(reader.bytes())
  const position = reader.uint64()
  const length = Math.min(reader.uint32(), maxReadBytes)
  // The answer is read into the packet itself: length, type, id, length of the data, data.
  const answer = Buffer.allocUnsafe(13 + length)
  const { bytesRead } = await readFile(fd, answer, 13, length, position)
  if (bytesRead === 0 && length > 0) return statusPacket(id, status.eof)
  answer.writeUInt32BE(9 + bytesRead, 0)
  answer.writeUInt8(reply.data, 4)
  id.copy(answer, 5)
  answer.writeUInt32BE(bytesRead, 9)
  return answer.subarray(0, 13 + bytesRead)
}

async function writeTo(connection: Connection, { reader }: Asked): Promise<Answer> {
  const { fd, host } = writable(connection, reader.bytes())
  const position = Number(reader.uint64())
  const data = reader.bytes()
  const changed = connection.tree.own.begin(host, fd)
  try {
    for (let done = 0; done < data.length;) {
      const { bytesWritten } = await writeFile(fd, data, done, data.length - done, position + done)
      done += bytesWritten
    }
  } finally {
    changed()
  }
  return undefined
}

function writable({ handles }: Connection, handle: Buffer) {
  const file = handles.file(handle)
  if (!file.writable) throw new HostError('EBADF', 'open for reading only')
  return file
}

function openFolder({ tree, handles }: Connection, { id, reader }: Asked): Answer {
  handles.makeRoom()
  const path = reader.name()
  const held = tree.hold(path)
  try {
    if (!held.stat().isDirectory()) throw new HostError('ENOTDIR', 'no folder')
    const names = readdirSync(held.path, 'latin1')
    const host = tree.hostPath(path)
    const folder = { kind: 'folder' as const, held, host, names: ['.', '..', ...names], next: 0 }
    return packet(reply.handle, [id, text(handles.add(folder))])
  } catch (error) {
    held[Symbol.dispose]()
    throw error
  }
}

function readFolder({ tree, handles }: Connection, { id, reader }: Asked): Answer {
  const folder = handles.folder(reader.bytes())
  const entries: Buffer[] = []
  while (entries.length < maxNames * 3 && folder.next < folder.names.length) {
    const name = folder.names[folder.next++] ?? ''
    const stat = statEntry(folder, name === '..' ? '.' : name)
    if (stat)
      entries.push(text(name), text(name), writeAttrs(tree.toAttrs(stat, `${folder.host}/${name}`)))
  }
  if (entries.length === 0) return statusPacket(id, status.eof)
  return packet(reply.name, [id, uint32(entries.length / 3), ...entries])
}

function nameAnswer(id: Buffer, name: ByteName): Buffer {
  const noAttrs = uint32(0)
  return packet(reply.name, [id, uint32(1), text(name), text(name), noAttrs])
}
