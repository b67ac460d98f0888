import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { VmError } from '../errors.ts'
import type { GuestArch } from './args.ts'

const run = promisify(execFile)

/** Told at once, unless the computer is very busy or the program's drive wakes. */
const versionMs = 20_000

/** JSON for -device came with 6.2; older ones also lack fixes that the disk's flushes need. */
const oldest = [6, 2]

export interface Qemu {
  program: string
  version: string
  /** Changes whenever another build is installed: path, time and size of the program, and its version. */
  fingerprint: string
}

/** The command that brings QEMU to this platform; a parameter of 'qemu-missing'. */
export function installCommand(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'brew install qemu'
  if (platform === 'win32') return 'winget install SoftwareFreedomConservancy.QEMU'
  return 'sudo apt install qemu-system-x86 qemu-utils'
}

/**
 * Finds QEMU in the folder that came with the app (`BERTH_QEMU`), PATH, and the installers' own folders.
 * @throws {VmError} 'qemu-missing' with the install command, 'qemu-too-old', 'qemu-unusable' when there is
 * one that may not be run, or does not even tell its version, and 'qemu-slow' when it has not in `answerMs`.
 */
export async function findQemu(
  arch: GuestArch,
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  answerMs = versionMs,
): Promise<Qemu> {
  const name = arch === 'amd64' ? 'qemu-system-x86_64' : 'qemu-system-aarch64'
  const command = installCommand(platform)
  const program = await findProgram(name, environment, platform)
  if (program === undefined) throw await whyMissing(name, environment, platform)
  const version = await readVersion(program, answerMs).catch((cause: unknown) => {
    if (isLate(cause))
      throw new VmError('qemu-slow', { program, seconds: answerMs / 1000, command }, { cause })
    throw new VmError('qemu-unusable', { program, reason: lineOf(cause), command }, { cause })
  })
  if (isOlder(version, oldest)) {
    throw new VmError('qemu-too-old', { program, version, oldest: oldest.join('.') })
  }
  const { mtimeMs, size } = await stat(program)
  return { program, version, fingerprint: [program, version, mtimeMs, size].join(' ') }
}

/** A program of QEMU's (`qemu-img`, …) by the same search; undefined when there is none. */
export async function findProgram(
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const file = platform === 'win32' ? `${name}.exe` : name
  return findProgramIn(file, searchFolders(environment, platform))
}

export async function findProgramIn(
  file: string,
  folders: readonly string[],
): Promise<string | undefined> {
  for (const folder of folders) {
    const candidate = join(folder, file)
    if (await isProgram(candidate)) return candidate
  }
  return undefined
}

export function searchFolders(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  const path = (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter)
  const own = environment['BERTH_QEMU']
  const usual =
    platform === 'darwin'
      ? ['/opt/homebrew/bin', '/usr/local/bin', '/opt/local/bin']
      : platform === 'win32'
        ? [join(environment['ProgramFiles'] ?? 'C:\\Program Files', 'qemu')]
        : ['/usr/bin', '/usr/local/bin']
  // Whoever names a folder of its own wants that one and no other.
  return own === undefined ? [...path.filter((folder) => folder !== ''), ...usual] : [own]
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

/** None, or one that this user may not run. */
async function whyMissing(
  name: string,
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): Promise<VmError> {
  const command = installCommand(platform)
  for (const folder of searchFolders(environment, platform)) {
    const program = join(folder, name)
    const found = await stat(program).catch(() => undefined)
    if (found?.isFile()) return new VmError('qemu-unusable', { program, reason: 'EACCES', command })
  }
  return new VmError('qemu-missing', { program: name, command })
}

async function readVersion(program: string, timeout: number): Promise<string> {
  // One that hangs need not heed anything less.
  const options = { timeout, killSignal: 'SIGKILL', windowsHide: true } as const
  const { stdout } = await run(program, ['--version'], options)
  const version = /version (\d+\.\d+\.\d+)/.exec(stdout)?.[1]
  if (version === undefined) throw new Error(`unknown answer: ${stdout.slice(0, 80)}`)
  return version
}

/** Node ended it, and not somebody else. */
function isLate(cause: unknown): boolean {
  return cause instanceof Error && 'killed' in cause && cause.killed === true
}

/** How it failed; what a program for another processor says is no text at all. */
function lineOf(cause: unknown): string {
  const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (typeof code === 'number') return `exit code ${code}`
  return cause instanceof Error ? (cause.message.split('\n')[0] ?? '').slice(0, 120) : String(cause)
}

export function isOlder(version: string, than: readonly number[]): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [thanMajor = 0, thanMinor = 0] = than
  return major < thanMajor || (major === thanMajor && minor < thanMinor)
}
