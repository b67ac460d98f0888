import { homedir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '#api'
import type { GuestTerminal, Machine } from '#vm'
import type { FolderMap } from '../folders/folder-map.ts'
import { readLines } from '../lines.ts'
import { askMachine } from '../machine/errors.ts'
import { clientSocketPath } from './engine-socket.ts'

/** What `docker compose` wrote once it has ended. */
export interface ComposeAnswer {
  /** `late` when it was ended because it took too long. */
  code: number | 'late'
  stdout: string
  stderr: string
}

/** `docker compose` with these arguments, in which all paths are the guest's. */
export interface ComposeRunner {
  /** Waits for the end. */
  read(args: readonly string[], signal: AbortSignal): Promise<ComposeAnswer>
  /** Lines of both outputs as they come, then the exit code; `signal` ends it as Ctrl-C would. */
  run(args: readonly string[], signal: AbortSignal): AsyncGenerator<string, number>
}

/** How long an answer may take; a slow machine needs a few seconds. */
export const readPatienceSeconds = 50
const killedCode = 137
const size = { columns: 200, rows: 50 }
/** How long Compose may take to end in order, and then again after it was told twice. */
const graceMs = 10_000

/** Compose of the guest's own, over the machine's link. */
export function createGuestCompose(
  machine: Pick<Machine, 'exec' | 'terminal'>,
  folders: Pick<FolderMap, 'toGuest'>,
): ComposeRunner {
  const env = () => ['env', ...toEnv(folders)]
  return {
    async read(args, signal) {
      // Nobody hears a signal who takes a bomb of aliases apart.
      const bounded = ['timeout', '-s', 'KILL', String(readPatienceSeconds)]
      const { code, stdout, stderr } = await askMachine(() =>
        machine.exec([...env(), ...bounded, ...compose, ...args], { signal }),
      )
      return {
        ...(code === killedCode ? { code: 'late' } : { code }),
        ...{ stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') },
      }
    },
    async *run(args, signal) {
      // A terminal, whose Ctrl-C reaches Compose and all that it has started; and no input, so that nothing is asked.
      const silent = ['sh', '-c', 'exec "$@" </dev/null', 'compose']
      const terminal = await askMachine(() =>
        machine.terminal([...silent, ...env(), ...compose, ...args], size),
      )
      const onAbort = () => void interrupt(terminal)
      signal.addEventListener('abort', onAbort)
      if (signal.aborted) onAbort()
      try {
        yield* readLines(terminal.stream as AsyncIterable<Buffer>)
        return await terminal.exited
      } catch (cause) {
        throw new AppError('link-lost', {}, { cause })
      } finally {
        signal.removeEventListener('abort', onAbort)
        terminal.stream.destroy()
      }
    },
  }
}

/** Without the client that would only start it: that is quicker, and what is killed is Compose itself. */
const program = '/usr/libexec/docker/cli-plugins/docker-compose'
const compose = [program, '--ansi', 'never', '--progress', 'json']

/**
 * `~` in a file is the host's user's, where that is shared; the client's own settings stay the guest's. Parts that would
 * be fetched from elsewhere are refused: to look at a file must not reach out.
 */
function toEnv(folders: Pick<FolderMap, 'toGuest'>): string[] {
  const home = folders.toGuest(homedir())
  return [
    `DOCKER_HOST=unix://${clientSocketPath}`,
    'DOCKER_CONFIG=/root/.docker',
    `HOME=${home.kind === 'shared' ? home.path : '/root'}`,
    'COMPOSE_EXPERIMENTAL_GIT_REMOTE=false',
    'COMPOSE_EXPERIMENTAL_OCI_REMOTE=false',
  ]
}

/** The first lets it end in order, the second at once; one that goes on after both loses its terminal. */
async function interrupt({ stream, exited }: GuestTerminal): Promise<void> {
  const ended = exited.then(
    () => true,
    () => true,
  )
  stream.on('error', () => undefined)
  for (let told = 0; told < 2; told += 1) {
    if (stream.destroyed) return
    stream.write('\u0003')
    if (await Promise.race([ended, delay(graceMs, false, { ref: false })])) return
  }
  stream.destroy()
}
