import { mkdir, mkdtemp, readdir, readlink, readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createProxy } from '../../main/proxy/proxy.ts'
import { imageFolder } from '../../vm/image/cache.ts'
import {
  createQemuMachine,
  type Machine,
  type MachineConfig,
  type MachineSnapshot,
} from '../../vm/index.ts'

export interface TestMachine extends AsyncDisposable {
  machine: Machine
  config: MachineConfig
  /** What the machine logged: one line of JSON each. */
  lines: string[]
}

/**
 * Folders of their own for one machine: `machine` and `run` (with the engine's `docker.sock`) in `home`, which is a
 * new temporary one unless given.
 */
export async function machineConfig(
  change: Partial<MachineConfig> = {},
  givenHome?: string,
): Promise<{ home: string; config: MachineConfig; lines: string[] }> {
  const home = givenHome ?? (await mkdtemp(join(tmpdir(), 'berth-vm-')))
  const socketFolder = join(home, 'run')
  await mkdir(socketFolder, { recursive: true, mode: 0o700 })
  const lines: string[] = []
  const hostSocket = join(socketFolder, 'docker.sock')
  const config: MachineConfig = {
    folder: join(home, 'machine'),
    socketFolder,
    imageFolder: process.env['BERTH_IMAGE'] ?? (await imageFolder('amd64')),
    cpus: 2,
    memoryMiB: 2048,
    swapMiB: 0,
    diskGiB: 20,
    most: { cpus: 2, memoryMiB: 4096 },
    accel: 'tcg',
    engine: {
      guestSocket: '/run/docker.sock',
      hostSocket,
      probe: pingEngine,
      present: createProxy({
        hostSocket,
        notShared: (path) => `not shared: ${path}`,
        portTaken: (port) => `${port} is taken`,
        log: {
          write: (event) => lines.push(JSON.stringify({ event })),
          failure: (event, error) => lines.push(JSON.stringify({ event, error: String(error) })),
        },
      }),
      config: '{}',
    },
    log(event, fields) {
      lines.push(JSON.stringify({ event, ...fields }))
    },
    ...change,
  }
  return { home, config, lines }
}

/** Boots a machine in a temporary home. Disposing stops it and removes the home. */
export async function startMachine(change: Partial<MachineConfig> = {}): Promise<TestMachine> {
  const { home, config, lines } = await machineConfig(change)
  const machine = createQemuMachine(config)
  const dispose = async () => {
    await machine.stop({ graceMs: 20_000 })
    await machine[Symbol.asyncDispose]()
    await rm(home, { recursive: true, force: true })
  }
  try {
    await machine.start()
  } catch (error) {
    process.stderr.write(`${(await machine.serialTail(40)).join('\n')}\n`)
    await dispose()
    throw error
  }
  return { machine, config, lines, [Symbol.asyncDispose]: dispose }
}

/** Resolves once the engine behind the socket says OK. */
async function pingEngine(socketPath: string, signal: AbortSignal): Promise<void> {
  const answer = await getEngine(socketPath, '/_ping', signal)
  if (answer !== 'OK') throw new Error(`the engine said ${answer}`)
}

/** The body of a GET on the engine's socket, over a connection of its own. */
export async function getEngine(
  socketPath: string,
  path: string,
  signal?: AbortSignal,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const call = request({ socketPath, path, signal, agent: false }, (response) => {
    let body = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => (body += chunk))
    response.on('end', () => {
      resolve(body)
    })
    response.on('error', reject)
  })
  call.on('error', reject)
  call.end()
  return promise
}

/** Resolves with the first snapshot, the present one included, for which `wanted` is true. */
export async function snapshotWhere(
  machine: Machine,
  wanted: (snapshot: MachineSnapshot) => boolean,
  timeoutMs: number,
): Promise<MachineSnapshot> {
  const { promise, resolve, reject } = Promise.withResolvers<MachineSnapshot>()
  const look = (snapshot: MachineSnapshot) => {
    if (wanted(snapshot)) resolve(snapshot)
  }
  const stop = machine.onChange(look)
  const timer = setTimeout(() => {
    reject(new Error(`not in ${timeoutMs} ms: ${JSON.stringify(machine.snapshot)}`))
  }, timeoutMs)
  look(machine.snapshot)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    stop()
  }
}

/** Pids of the processes that have `marker` in their command line. */
export async function processesWith(marker: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const found: number[] = []
  for (const pid of pids) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    const program = await readlink(`/proc/${pid}/exe`).catch(() => '')
    if (program.includes('qemu') && command.includes(marker)) found.push(pid)
  }
  return found
}
