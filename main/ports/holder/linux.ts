import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Holder, Place } from '../host-ports.ts'

/** Reads the kernel's tables: no program is started, and nothing is asked of another user's processes. */
export async function findLinuxHolder(place: Place): Promise<Holder | undefined> {
  const files = [place.protocol, `${place.protocol}6`]
  const tables = await Promise.all(
    files.map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  )
  const inodes = new Set(tables.flatMap((table) => findInodes(table, place)))
  return inodes.size === 0 ? undefined : findOwner(inodes)
}

const listening = '0A'
const unconnected = '07'

/** Inodes of the sockets in a table that keep the port from being bound. */
export function findInodes(table: string, { protocol, address, port }: Place): string[] {
  const wanted = protocol === 'udp' ? unconnected : listening
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
      const [host = '', hexPort = ''] = local.split(':')
      if (state !== wanted || Number.parseInt(hexPort, 16) !== port) return []
      return inode !== undefined && inode !== '0' && isInTheWay(parseHost(host), address)
        ? inode
        : []
    })
}

function isInTheWay(held: string, wanted: string): boolean {
  const isWide = (host: string) => host === '::' || host === '0.0.0.0'
  if (isWide(held)) return held === '::' || !wanted.includes(':')
  return isWide(wanted) ? held.includes(':') === wanted.includes(':') : held === wanted
}

/** The kernel writes each 32-bit word as its own machine reads it: little-endian on all that we run on. */
function parseHost(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).toReversed().map((byte) => Number.parseInt(byte, 16)),
  )
  if (bytes.length === 4) return bytes.join('.')
  const isV4 = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255
  if (isV4) return bytes.slice(12).join('.')
  if (bytes.every((byte) => byte === 0)) return '::'
  const isOne = bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1
  return isOne ? '::1' : toGroups(bytes)
}

function toGroups(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  )
  // The URL parser knows the shortest form of an address.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}

async function findOwner(inodes: ReadonlySet<string>): Promise<Holder | undefined> {
  const names = [...inodes].map((inode) => `socket:[${inode}]`)
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const open = await readdir(`/proc/${pid}/fd`).catch(() => [])
    for (const fd of open) {
      const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')
      if (names.includes(target)) return { pid: Number(pid), name: await readName(pid) }
    }
  }
  return undefined
}

/** The program's own name: `comm` is cut to 15 letters, and threads may have renamed it. */
async function readName(pid: string): Promise<string> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const [program = ''] = command.split('\0')
  // Some write a sentence there instead ("nginx: master process …").
  const name = basename(program.split(/[ :]/)[0] ?? '')
  if (name !== '') return name
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'unknown')).trim()
}
