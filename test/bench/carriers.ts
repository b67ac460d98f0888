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
import { ping } from './ping.ts'

/** A process that brings the engine's socket out of the guest. Disposing ends it. */
export interface Carrier extends AsyncDisposable {
  socket: string
}

/** Where the guest listens and which keys open it. */
export interface Guest {
  config: MachineConfig
  sshPort: number
}

const guestSocket = '/run/docker.sock'
const startMs = 60_000

/**
 * The app's own connection and forward, in a process of their own as in the app: the client must not share its
 * event loop. `native` false forbids the process to load any addon, so that ssh2 computes in JavaScript.
 */
export async function startOurs(guest: Guest, native: boolean): Promise<Carrier> {
  const { folder, socketFolder } = guest.config
  const files = machineFiles(folder, socketFolder)
  const socket = join(socketFolder, native ? 'native.sock' : 'script.sock')
  const flags = native ? [] : ['--no-addons']
  const child = spawn(
    process.execPath,
    [...flags, fileURLToPath(new URL('./forward-process.ts', import.meta.url))],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const carrier = { socket, [Symbol.asyncDispose]: () => end(child) }
  const task = {
    port: guest.sshPort,
    privateKey: (await ensureKey(files.userKey, 'berth')).privateKey,
    hostKey: (await ensureKey(files.hostKey, 'berth-guest')).publicBlob.toString('base64'),
    ...{ guestSocket, hostSocket: socket },
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

/** OpenSSH's client with its own defaults and nobody's configuration. */
export async function startOpenSsh({ config, sshPort }: Guest): Promise<Carrier> {
  const files = machineFiles(config.folder, config.socketFolder)
  const socket = join(config.socketFolder, 'openssh.sock')
  const knownHosts = join(config.folder, 'known_hosts')
  const [type, key] = (await ensureKey(files.hostKey, 'berth-guest')).publicLine.split(' ')
  await writeFile(knownHosts, `[127.0.0.1]:${sshPort} ${type} ${key}\n`)
  const options = {
    ...{ BatchMode: 'yes', ExitOnForwardFailure: 'yes', IdentitiesOnly: 'yes' },
    ...{ StrictHostKeyChecking: 'yes', UserKnownHostsFile: knownHosts },
  }
  const child = spawn(
    'ssh',
    [
      ...['-F', 'none', '-N', '-p', String(sshPort), '-i', files.userKey],
      ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
      ...['-L', `${socket}:${guestSocket}`, 'root@127.0.0.1'],
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  // It does not say when its socket is there.
  const up = retry(() => ping(socket), { everyMs: 100, signal: AbortSignal.timeout(startMs) })
  await Promise.race([up, failed(child)])
  return { socket, [Symbol.asyncDispose]: () => end(child) }
}

async function failed(child: ChildProcess): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  child.once('error', reject)
  child.once('exit', (code) => {
    reject(new Error(`${child.spawnfile} ended early with exit code ${code ?? '?'}`))
  })
  return promise
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  if (child.stdin) child.stdin.end()
  else child.kill()
  await ended
}
