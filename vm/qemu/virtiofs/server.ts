import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { VmError } from '../../errors.ts'
import type { MachineFiles } from '../../files.ts'
import type { VirtiofsFolder } from '../../machine-devices.ts'
import { withDeadline } from '../../waiting.ts'
import { launchQemu, type Launched, nextChange } from '../launch.ts'
import { findProcesses } from '../process-table.ts'
import { inNamespace } from './namespace.ts'

const listenMs = 10_000

/** One virtiofsd that listens for QEMU; it ends by itself when QEMU has gone. */
export interface FolderServer {
  tag: string
  socket: string
  ended: Launched['ended']
  kill: () => void
}

/**
 * What virtiofsd is told. In its namespace it is root, who is this user outside: all that the guest writes is this
 * user's, whoever wrote it, and what is this user's keeps its owner in the guest.
 */
export function serverArgs(
  { path, readOnly }: Pick<VirtiofsFolder, 'path' | 'readOnly'>,
  socket: string,
  { uid, gid }: { uid: number; gid: number },
): string[] {
  const everybody = 4_294_967_295
  return [
    ...['--socket-path', socket, '--shared-dir', path],
    ...['--sandbox', 'chroot', '--cache', 'auto', '--log-level', 'warn'],
    ...['--translate-uid', `squash-guest:0:0:${everybody}`, '--translate-uid', `host:0:${uid}:1`],
    ...['--translate-gid', `squash-guest:0:0:${everybody}`, '--translate-gid', `host:0:${gid}:1`],
    ...(readOnly ? ['--readonly'] : []),
  ]
}

/**
 * Starts a server, detached as QEMU is, and resolves once it listens.
 * @throws {VmError} `virtiofs-failed`.
 */
export async function startServer(
  program: string,
  folder: VirtiofsFolder,
  files: Pick<MachineFiles, 'folderSocket' | 'folderOutput'>,
  signal: AbortSignal,
): Promise<FolderServer> {
  const { tag, path } = folder
  const failed = (reason: string, cause?: unknown) =>
    new VmError('virtiofs-failed', { path, reason }, { cause })
  // A name that was not used before: a server that is about to end cannot be met by mistake.
  const socket = files.folderSocket(`${tag}-${randomBytes(2).toString('hex')}`)
  const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  // By a relative path, since its folder may itself be hidden.
  const command = [program, ...serverArgs(folder, `./${basename(socket)}`, user)]
  const { hidden } = folder
  const [wrapper, ...args] = inNamespace(command, { folder: dirname(socket), hidden })
  let launched: Launched | undefined
  try {
    const one = (launched = await launchQemu(wrapper, args, files.folderOutput, 'a'))
    await withDeadline(
      listenMs,
      signal,
      () => new Error('it does not listen'),
      (until) =>
        Promise.race([
          awaitSocket(socket, until),
          one.ended.then(({ code }) => {
            throw new Error(`exit code ${code ?? '?'}`)
          }),
        ]),
    )
    return { tag, socket, ended: one.ended, kill: one.kill }
  } catch (cause) {
    launched?.kill()
    await forgetSocket(socket)
    signal.throwIfAborted()
    throw failed(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

/** Once QEMU is connected, nobody needs the name any more. */
export async function forgetSocket(socket: string): Promise<void> {
  for (const file of [socket, `${socket}.pid`]) await rm(file, { force: true })
}

/**
 * Ends the servers that no QEMU ever connected to, since their app was killed first. MUST NOT be called while a QEMU
 * of this folder lives.
 */
export async function endLeftovers(files: Pick<MachineFiles, 'folderSocket'>): Promise<void> {
  const prefix = files.folderSocket('')
  for (const pid of await findProcesses(`./${basename(prefix)}`)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has just ended by itself.
    }
  }
  const names = await readdir(dirname(prefix)).catch(() => [])
  const left = names.filter((name) => name.startsWith(basename(prefix)))
  for (const name of left) await rm(join(dirname(prefix), name), { force: true })
}

async function awaitSocket(path: string, signal: AbortSignal): Promise<void> {
  while (!isListening(await readFile('/proc/net/unix', 'utf8'), path)) {
    await nextChange({ path }, signal)
  }
}

/** Pure part of the wait: a socket has its name before it listens, and to try it would take QEMU's only connection. */
export function isListening(sockets: string, path: string): boolean {
  const accepts = 0x1_0000
  return sockets.split('\n').some((line) => {
    const [, , , flags = '', , , , ...name] = line.trim().split(/ +/)
    return name.join(' ') === `./${basename(path)}` && (Number.parseInt(flags, 16) & accepts) !== 0
  })
}
