import { closeSync, lstatSync } from 'node:fs'
import type { ByteName } from '../bytes.ts'
import { toFsPath } from '../bytes.ts'
import type { Held } from '../beneath.ts'
import { HostError } from '../host-error.ts'
import { uint32 } from './packet.ts'

export interface OpenFile {
  kind: 'file'
  fd: number
  /** Where it lay on the host when it was opened. */
  host: ByteName
  writable: boolean
  /** Work that still uses the file; it is closed after. */
  busy: Promise<unknown>
}

export interface OpenFolder {
  kind: 'folder'
  held: Held
  host: ByteName
  names: ByteName[]
  next: number
}

/** More than any program opens; a guest that leaks them must not take the app's own. */
const maxHandles = 4096

/** What one connection has open. Disposing closes all. */
export class Handles implements AsyncDisposable {
  readonly #open = new Map<number, OpenFile | OpenFolder>()
  #last = 0

  /** @throws {HostError} EMFILE when nothing more may be opened */
  makeRoom(): void {
    if (this.#open.size >= maxHandles) throw new HostError('EMFILE', 'too many open files')
  }

  add(one: OpenFile | OpenFolder): Buffer {
    this.#last++
    this.#open.set(this.#last, one)
    return uint32(this.#last)
  }

  file(handle: Buffer): OpenFile {
    const found = this.#get(handle)
    if (found?.kind !== 'file') throw new HostError('EBADF', 'no open file')
    return found
  }

  folder(handle: Buffer): OpenFolder {
    const found = this.#get(handle)
    if (found?.kind !== 'folder') throw new HostError('EBADF', 'no open folder')
    return found
  }

  async close(handle: Buffer): Promise<void> {
    const found = this.#get(handle)
    if (!found) throw new HostError('EBADF', 'nothing open')
    this.#open.delete(handle.readUInt32BE(0))
    await release(found)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#open.values()]
    this.#open.clear()
    for (const one of all) await release(one).catch(() => undefined)
  }

  #get(handle: Buffer): OpenFile | OpenFolder | undefined {
    return handle.length === 4 ? this.#open.get(handle.readUInt32BE(0)) : undefined
  }
}

async function release(one: OpenFile | OpenFolder): Promise<void> {
  if (one.kind === 'folder') {
    one.held[Symbol.dispose]()
    return
  }
  await one.busy.catch(() => undefined)
  closeSync(one.fd)
}

/** The attributes of an entry of an open folder; undefined when it has gone since. */
export function statEntry({ held }: OpenFolder, name: ByteName) {
  try {
    return lstatSync(Buffer.concat([held.path, toFsPath(`/${name}`)]), { bigint: true })
  } catch {
    return undefined
  }
}
