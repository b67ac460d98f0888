import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError, type ExecSpec, type TerminalSize } from '#api'
import type { EngineClient } from './client.ts'

/** A program with a terminal in a container. */
export interface ExecTerminal {
  stream: Duplex
  resize(size: TerminalSize): Promise<unknown>
  /** Resolves with the exit code once the program has ended; undefined where that is not to be known any more. */
  exited(): Promise<number | undefined>
  /** Ends the program, if it has not ended by itself. */
  hangUp(): Promise<void>
}

/** Sends SIGHUP to a process of the guest. */
export type HangUp = (pid: number) => Promise<unknown>

interface ExecState {
  Running: boolean
  ExitCode: number | null
  /** As the guest sees it; 0 before it has begun. */
  Pid: number
}

/**
 * Starts a program in a container. The engine goes on running it when its terminal is left (moby#9098), and has no word
 * to end it: `hangUp` is what a terminal's line does to a shell that loses it.
 */
export async function openExec(
  client: EngineClient,
  id: string,
  options: { exec: ExecSpec; size: TerminalSize; hangUp: HangUp },
): Promise<ExecTerminal> {
  const { exec, size } = options
  const doing = { container: id }
  const created = await client.json(
    { method: 'POST', path: `/containers/${id}/exec`, body: toBody(exec, size), doing },
    ({ Id }: { Id: string }) => Id,
  )
  const path = `/exec/${created}`
  const body = { Detach: false, Tty: true, ConsoleSize: [size.rows, size.columns] }
  const stream = await client.hijack({ method: 'POST', path: `${path}/start`, body, doing })
  const look = () => client.json({ path: `${path}/json`, doing }, (state: ExecState) => state)
  return {
    stream,
    resize({ columns, rows }) {
      const query = { w: columns, h: rows }
      // One that has ended has no size: nobody needs to know.
      return client.text({ method: 'POST', path: `${path}/resize`, query }).catch(() => undefined)
    },
    exited: () => exitCodeOf(look),
    async hangUp() {
      stream.destroy()
      const { Running, Pid } = await look()
      if (Running && Pid > 1) await options.hangUp(Pid)
    },
  }
}

function toBody({ command, user, workdir }: ExecSpec, { rows, columns }: TerminalSize) {
  return {
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
    ConsoleSize: [rows, columns],
    Env: ['TERM=xterm-256color'],
    Cmd: command,
    ...(user !== undefined && { User: user }),
    ...(workdir !== undefined && { WorkingDir: workdir }),
  }
}

/**
 * The output ends a moment before the engine has noted how the program did. One that goes on without its terminal has
 * no code yet, and of one whose container was removed nothing is kept.
 */
async function exitCodeOf(look: () => Promise<ExecState>): Promise<number | undefined> {
  try {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const { Running, ExitCode } = await look()
      if (!Running && ExitCode !== null) return ExitCode
      await delay(50)
    }
  } catch (error) {
    const isGone = error instanceof AppError && error.code !== 'engine-unreachable'
    if (!isGone) throw error
  }
  return undefined
}
