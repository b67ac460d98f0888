import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect } from 'vitest'
import type { MachineConfig } from '../../vm/index.ts'

/** What of one machine's there is on this computer that is not to stay. */
interface Leftovers {
  /** Command lines of processes, our own aside. */
  processes: string[]
  /** Sockets that somebody listens on below its folders, and files in the folder of its sockets. */
  sockets: string[]
  /** Ports of the loopback that a process of its or of ours listens on. */
  ports: number[]
  /** Files that are there only while something is going on. */
  files: string[]
}

/** The letters of a temporary home that are its own: QEMU's options have commas and quotes of a path in another form. */
const ownLetters = 6

type Folders = Pick<MachineConfig, 'folder' | 'socketFolder'>

/** After a stop, whatever went before, there is none of it; told by name in a failed test. */
export async function expectNothingLeft(folders: Folders): Promise<void> {
  const nothing: Leftovers = { processes: [], sockets: [], ports: [], files: [] }
  expect(await leftoversOf(folders)).toEqual(nothing)
}

/** Read from the system itself (Linux), so that what nobody remembers is found too. */
async function leftoversOf({ folder, socketFolder }: Folders): Promise<Leftovers> {
  const pids = await processesNaming([folder, socketFolder])
  const ports = await Promise.all([process.pid, ...pids.keys()].map(listeningPorts))
  const bound = (await readFile('/proc/net/unix', 'utf8'))
    .split('\n')
    .flatMap((line) => /(\/.*)$/.exec(line)?.[1] ?? [])
    .filter((path) => [folder, socketFolder].some((one) => path.startsWith(`${one}/`)))
  const planted = (await namesIn(socketFolder)).map((name) => join(socketFolder, name))
  return {
    processes: [...pids.values()],
    sockets: [...new Set([...bound, ...planted])].sort(),
    ports: [...new Set(ports.flat())].sort((one, other) => one - other),
    files: (await namesIn(folder)).filter((name) => /tmp|lock|runtime|part/.test(name)),
  }
}

async function processesNaming(folders: readonly string[]): Promise<Map<number, string>> {
  const found = new Map<number, string>()
  const ends = folders.map((folder) => folder.slice(-ownLetters - `/${basename(folder)}`.length))
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    if (ends.some((end) => command.includes(end))) {
      found.set(Number(name), command.replaceAll('\0', ' ').trim())
    }
  }
  return found
}

async function listeningPorts(pid: number): Promise<number[]> {
  const fds = await namesIn(`/proc/${pid}/fd`)
  const links = await Promise.all(
    fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
  )
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readTable(`/proc/net/${name}`)))
  return tables.flat().flatMap((row) => {
    const [, local = '', , state, , , , , , inode = ''] = row
    return state === listen && inodes.has(inode) ? parseInt(local.split(':')[1] ?? '', 16) : []
  })
}

/** TCP_LISTEN of the kernel's tables. */
const listen = '0A'

async function readTable(path: string): Promise<string[][]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}
