import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { machineFiles } from '../../vm/files.ts'
import type { MachineConfig } from '../../vm/index.ts'
import { ensureKey } from '../../vm/ssh/keys.ts'
import { retry } from '../../vm/waiting.ts'
import type { TestMachine } from '../support/machine.ts'
import { ping } from './ping.ts'

/** A process that brings the engine's socket out of the guest. Disposing ends it. */
export interface Carrier extends AsyncDisposable {
  socket: string
  pid: number
}

/** Where the guest listens and which keys open it. */
export interface Guest {
  config: MachineConfig
  sshPort: number
}

/** @throws when the machine does not run */
export function toGuest({ machine, config }: Pick<TestMachine, 'machine' | 'config'>): Guest {
  const { state } = machine.snapshot
  if (state.phase !== 'running') throw new Error(`the machine is ${state.phase}`)
  return { config, sshPort: state.process.sshPort }
}

const guestSocket = '/run/docker.sock'
const startMs = 60_000

export interface OursOptions {
  /** False forbids the process to load any addon, so that ssh2 computes in JavaScript. */
  native?: boolean
  /** False leaves out what stands before the engine and reads along. */
  proxy?: boolean
}

/**
 * The app's own connection and forward, in a process of their own as in the app: the client must not share its
 * event loop.
 */
export async function startOurs(guest: Guest, options: OursOptions = {}): Promise<Carrier> {
  const { native = true, proxy = true } = options
  const { folder, socketFolder } = guest.config
  const files = machineFiles(folder, socketFolder)
  const socket = join(socketFolder, `${native ? 'native' : 'script'}${proxy ? '' : '-bare'}.sock`)
  const flags = native ? [] : ['--no-addons']
  const child = spawn(
    process.execPath,
    [...flags, fileURLToPath(new URL('./forward-process.ts', import.meta.url))],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const carrier = toCarrier(socket, child)
  const task = {
    port: guest.sshPort,
    privateKey: (await ensureKey(files.userKey, 'berth')).privateKey,
    hostKey: (await ensureKey(files.hostKey, 'berth-guest')).publicBlob.toString('base64'),
    ...{ guestSocket, hostSocket: socket, proxy },
  }
  child.stdin.write(`${JSON.stringify(task)}\n`)
  const [line] = await Promise.race([once(child.stdout, 'data'), failed(child)])
  const told = z.object({ native: z.boolean() }).parse(JSON.parse(String(line)))
  if (told.native === native) return carrier
  await end(child)
  throw new Error(
    native
      ? 'ssh2 found no native crypto, which this arm is about; `npm ci` builds it'
      : 'ssh2 loaded its native crypto although addons are forbidden',
  )
}

/** OpenSSH's client with its own defaults, or with one cipher, and nobody's configuration. */
export async function startOpenSsh(guest: Guest, cipher?: string): Promise<Carrier> {
  const socket = join(guest.config.socketFolder, `openssh${cipher === undefined ? '' : '-c'}.sock`)
  const child = await spawnOpenSsh(guest, [
    ...(cipher === undefined ? [] : ['-c', cipher]),
    ...['-L', `${socket}:${guestSocket}`],
  ])
  // It does not say when its socket is there.
  const up = retry(() => ping(socket), { everyMs: 100, signal: AbortSignal.timeout(startMs) })
  await Promise.race([up, failed(child)])
  return toCarrier(socket, child)
}

/** `ssh -N` to the guest, with more words of its command line. */
export async function spawnOpenSsh(
  { config, sshPort }: Guest,
  words: readonly string[],
): Promise<ChildProcess> {
  const files = machineFiles(config.folder, config.socketFolder)
  const knownHosts = join(config.folder, 'known_hosts')
  const [type, key] = (await ensureKey(files.hostKey, 'berth-guest')).publicLine.split(' ')
  await writeFile(knownHosts, `[127.0.0.1]:${sshPort} ${type} ${key}\n`)
  const options = {
    ...{ BatchMode: 'yes', ExitOnForwardFailure: 'yes', IdentitiesOnly: 'yes' },
    ...{ StrictHostKeyChecking: 'yes', UserKnownHostsFile: knownHosts },
  }
  return spawn(
    'ssh',
    [
      ...['-F', 'none', '-N', '-p', String(sshPort), '-i', files.userKey],
      ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
      ...words,
      'root@127.0.0.1',
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
}

function toCarrier(socket: string, child: ChildProcess): Carrier {
  const pid = child.pid ?? Number.NaN
  return { socket, pid, [Symbol.asyncDispose]: () => end(child) }
}

async function failed(child: ChildProcess): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  child.once('error', reject)
  child.once('exit', (code) => {
    reject(new Error(`${child.spawnfile} ended early with exit code ${code ?? '?'}`))
  })
  return promise
}

/** Ends a process of ours: by its stdin where it has one. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  if (child.stdin) child.stdin.end()
  else child.kill()
  await ended
}
