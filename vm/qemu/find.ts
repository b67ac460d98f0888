import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { VmError } from '../errors.ts'
import type { GuestArch } from './args.ts'

const run = promisify(execFile)

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
 * @throws {VmError} 'qemu-missing' with the install command, 'qemu-too-old', 'qemu-failed' when it does not even
 * tell its version.
 */
export async function findQemu(
  arch: GuestArch,
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Promise<Qemu> {
  const name = arch === 'amd64' ? 'qemu-system-x86_64' : 'qemu-system-aarch64'
  const program = await findProgram(name, environment, platform)
  if (program === undefined) {
    throw new VmError('qemu-missing', { program: name, command: installCommand(platform) })
  }
  const version = await readVersion(program)
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

async function readVersion(program: string): Promise<string> {
  try {
    const { stdout } = await run(program, ['--version'], { timeout: 20_000, windowsHide: true })
    const version = /version (\d+\.\d+\.\d+)/.exec(stdout)?.[1]
    if (version !== undefined) return version
    throw new Error(`unknown answer: ${stdout.slice(0, 80)}`)
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    throw new VmError('qemu-failed', { program, reason }, { cause })
  }
}

export function isOlder(version: string, than: readonly number[]): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [thanMajor = 0, thanMinor = 0] = than
  return major < thanMajor || (major === thanMajor && minor < thanMinor)
}
