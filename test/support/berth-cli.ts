import { spawn } from 'node:child_process'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const entry = join(import.meta.dirname, '../../main/cli/berth.mjs')

interface CliResult {
  code: number | null
  stdout: string
  stderr: string
}

/** `berth` as a process of its own, on a home of its own. Disposing stops what runs there and removes the home. */
export interface BerthCli extends AsyncDisposable {
  (args: readonly string[], env?: Record<string, string>): Promise<CliResult>
  home: string
}

/** Whoever it runs as, where that is not who runs the test. */
export interface OtherUser {
  uid: number
  gid: number
}

/** `name` is the end of the home's path, so that odd ones can be tried. */
export async function createBerthCli(name = 'home', user?: OtherUser): Promise<BerthCli> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-cli-'))
  if (user) await chown(folder, user.uid, user.gid)
  const home = join(folder, name)
  const call = (args: readonly string[], env: Record<string, string> = {}) =>
    runCli(args, { LANG: 'en_US.UTF-8', BERTH_HOME: home, ...env }, user)
  return Object.assign(call, {
    home,
    async [Symbol.asyncDispose]() {
      await call(['stop'])
      await rm(folder, { recursive: true, force: true })
    },
  })
}

/** `berth` on the home of this process. */
export function runCli(
  args: readonly string[],
  env: Record<string, string> = {},
  user?: OtherUser,
): Promise<CliResult> {
  const { promise, resolve, reject } = Promise.withResolvers<CliResult>()
  const child = spawn(process.execPath, [entry, ...args], {
    env: { ...process.env, ...env },
    ...user,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (part: Buffer) => (output.stdout += part.toString()))
  child.stderr.on('data', (part: Buffer) => (output.stderr += part.toString()))
  child.once('error', reject)
  child.once('close', (code) => resolve({ code, ...output }))
  return promise
}
