import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { AppError } from '#api'

export type HelperVerb = 'store' | 'get' | 'erase' | 'list'

export interface HelperOptions {
  /** The absolute path of a program that is trusted. */
  program: string
  env: Readonly<Record<string, string | undefined>>
  /** A keychain that has to be unlocked asks its user meanwhile. */
  timeoutMs: number
  /** Never told, should the helper repeat it. */
  secret?: string
}

/** What every helper says for one that it does not have: docker takes this text for it, and no other. */
export const notFound = 'credentials not found in native keychain'

/** What may hold an entry, or a part of one: nobody is told it. */
const isEntry = /^\s*\{|"Secret"/

const longestAnswer = 1024 * 1024
const longestMessage = 300

/** What a keychain's program needs to find its keychain and whom it may ask; nothing else of ours goes along. */
const passedOn = [
  ...['HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TMPDIR', 'DISPLAY', 'WAYLAND_DISPLAY'],
  ...['XAUTHORITY', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS', 'GNUPGHOME'],
  ...['PASSWORD_STORE_DIR', 'SystemRoot', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'TEMP', 'TMP'],
]
/** Helpers call programs by name, such as pass and gpg. */
const programFolders = ['/usr/bin', '/bin', '/usr/local/bin', '/opt/homebrew/bin']

/**
 * One question to a credential helper of docker: the verb is its argument, all else goes in by its input and comes out by
 * its output; https://github.com/docker/docker-credential-helpers#development
 * @returns undefined when it does not have what was asked for
 * @throws {AppError} `credential-helper-failed`
 */
export async function askHelper(
  verb: HelperVerb,
  input: string,
  options: HelperOptions,
): Promise<string | undefined> {
  const { code, output } = await run(verb, input, options)
  if (code === 0) return output
  if (output.trim() === notFound) return undefined
  const isTold = output.trim() !== '' && !isEntry.test(output)
  const message = isTold ? output : `exit code ${code ?? 'none'}`
  throw toError(options, message)
}

async function run(verb: HelperVerb, input: string, options: HelperOptions) {
  const signal = AbortSignal.timeout(options.timeoutMs)
  const child = spawn(options.program, [verb], {
    env: toEnv(options.env),
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
    // With whatever it has started: one that waits for its user holds the output open.
    detached: process.platform !== 'win32',
  })
  const kill = () => killTree(child.pid, () => child.kill('SIGKILL'))
  signal.addEventListener('abort', kill)
  try {
    const closed = once(child, 'close') as Promise<[number | null]>
    // One that reads nothing closes its input.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    const [output, [code]] = await Promise.all([read(child.stdout, kill), closed])
    if (signal.aborted) throw new Error(`no answer in ${options.timeoutMs / 1000} s`)
    return { code, output }
  } catch (error) {
    throw toError(options, error instanceof Error ? error.message : String(error))
  } finally {
    signal.removeEventListener('abort', kill)
  }
}

async function read(output: Readable, onTooMuch: () => void): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of output as AsyncIterable<Buffer>) {
    length += part.length
    if (length > longestAnswer) onTooMuch()
    else parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function killTree(pid: number | undefined, killOne: () => void): void {
  try {
    if (pid === undefined || process.platform === 'win32') killOne()
    else process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

function toEnv(env: HelperOptions['env']): NodeJS.ProcessEnv {
  const own = passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))
  const path = process.platform === 'win32' ? env['PATH'] : programFolders.join(':')
  return { ...(Object.fromEntries(own) as NodeJS.ProcessEnv), ...(path && { PATH: path }) }
}

/** In one line, ended as a sentence is. */
function toError({ program, secret }: HelperOptions, text: string): AppError {
  // Before anything is changed or cut: a part of a secret would not be found any more.
  const safe = spellings(secret).reduce((rest, one) => rest.replaceAll(one, '***'), text)
  const told = safe.trim().replace(/\s+/g, ' ').slice(0, longestMessage)
  const message = /[.!?]$/.test(told) ? told : `${told}.`
  return new AppError('credential-helper-failed', { helper: basename(program), message })
}

/** As it is, as JSON has it, and as Go's JSON has it, which helpers are written in. */
function spellings(secret = ''): string[] {
  const escaped = JSON.stringify(secret).slice(1, -1)
  const byGo = escaped.replace(
    /[<>&\u2028\u2029]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return [secret, escaped, byGo].filter((one) => one !== '')
}
