import type { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import type { ExecResult, GuestTerminal } from '../machine.ts'
import { untilAborted } from '../waiting.ts'
import type { SshConnection } from './connection.ts'

/** Quotes argv for the guest's POSIX shell, which ssh always puts between. */
export function quoteArguments(command: readonly string[]): string {
  return command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
}

/**
 * Runs a command and collects what it writes. An end by signal counts as 128, as does a link that died first: that
 * one rejects.
 */
export async function execOverSsh(
  connection: SshConnection,
  command: readonly string[],
  options: { input?: string | Buffer; signal?: AbortSignal } = {},
): Promise<ExecResult> {
  options.signal?.throwIfAborted()
  const { channel, exited } = await openChannel((done) => {
    connection.client.exec(`exec ${quoteArguments(command)}`, done)
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  channel.on('data', (chunk: Buffer) => stdout.push(chunk))
  channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  channel.end(options.input)
  const finished = exited.then((code) => ({
    code,
    stdout: Buffer.concat(stdout),
    stderr: Buffer.concat(stderr),
  }))
  if (!options.signal) return finished
  try {
    return await untilAborted(finished, options.signal)
  } finally {
    channel.close()
  }
}

/** Runs a command that is talked with for as long as its stream, and the link, last. */
export async function openPipe(
  connection: SshConnection,
  command: readonly string[],
): Promise<Duplex> {
  const { channel } = await openChannel((done) => {
    connection.client.exec(`exec ${quoteArguments(command)}`, done)
  })
  channel.stderr.resume()
  return channel
}

/** Opens a terminal; a login shell when `command` is empty. */
export async function openTerminal(
  connection: SshConnection,
  command: readonly string[],
  size: { columns: number; rows: number },
): Promise<GuestTerminal> {
  const window = { cols: size.columns, rows: size.rows, term: 'xterm-256color' }
  const { channel, exited } = await openChannel((done) => {
    if (command.length === 0) connection.client.shell(window, done)
    else connection.client.exec(`exec ${quoteArguments(command)}`, { pty: window }, done)
  })
  return {
    stream: channel,
    resize: ({ columns, rows }) => {
      channel.setWindow(rows, columns, 0, 0)
    },
    exited,
  }
}

interface Opened {
  channel: ClientChannel
  exited: Promise<number>
}

/** A quick command's end may come in one piece with its opening: its listeners must be there in the same turn. */
function openChannel(
  open: (done: (error: Error | undefined, channel: ClientChannel) => void) => void,
): Promise<Opened> {
  const { promise, resolve, reject } = Promise.withResolvers<Opened>()
  open((error, channel) => {
    if (error) reject(error)
    else resolve({ channel, exited: whenExited(channel) })
  })
  return promise
}

function whenExited(channel: ClientChannel): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  let code: number | undefined
  channel.on('exit', (exitCode: number | null) => (code = exitCode ?? 128))
  channel.on('error', reject)
  channel.on('close', () => {
    if (code === undefined) reject(new Error('the ssh link ended before the command did'))
    else resolve(code)
  })
  promise.catch(() => undefined)
  return promise
}
