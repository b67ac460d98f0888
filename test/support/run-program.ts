import { spawn } from 'node:child_process'

interface Ran {
  code: number | null
  stdout: string
  stderr: string
}

/** A program as a process of its own, with all that it is given and all that it says. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { env: Record<string, string | undefined>; input?: string },
): Promise<Ran> {
  const { promise, resolve, reject } = Promise.withResolvers<Ran>()
  const child = spawn(program, args, { env: options.env, stdio: 'pipe' })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (part: Buffer) => (output.stdout += part.toString()))
  child.stderr.on('data', (part: Buffer) => (output.stderr += part.toString()))
  child.once('error', reject)
  child.once('close', (code) => resolve({ code, ...output }))
  // One that reads nothing closes its input.
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  return promise
}
