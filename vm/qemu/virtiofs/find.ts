import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { VmError } from '../../errors.ts'
import { findProgramIn, isOlder, type Qemu, searchFolders } from '../find.ts'
import { inNamespace } from './namespace.ts'

const run = promisify(execFile)

/** Suspending a guest with shared folders came with 8.2. */
const oldestQemu = [8, 2]
/** The first that can give all that the guest writes to one user of the host; known by that option. */
const oldestServer = '1.13'
const neededOption = '--translate-uid'
const serverFolders = ['/usr/libexec', '/usr/lib', '/usr/lib/qemu']

/**
 * Finds virtiofsd, where QEMU and the server can give a folder to the guest as this user, and no more than it.
 * @param emptyFolder any folder: it is covered in a namespace of its own to see whether that works.
 * @throws {VmError} `virtiofs-…`, with what keeps it from working here.
 */
export async function findVirtiofs(
  qemu: Pick<Qemu, 'version'> | undefined,
  emptyFolder: string,
  { environment = process.env, platform = process.platform } = {},
): Promise<string> {
  if (platform !== 'linux') throw new VmError('virtiofs-not-linux')
  if (qemu && isOlder(qemu.version, oldestQemu)) {
    const { version } = qemu
    throw new VmError('virtiofs-old-qemu', { version, oldest: oldestQemu.join('.') })
  }
  const own = environment['BERTH_QEMU'] !== undefined
  const folders = [...searchFolders(environment, platform), ...(own ? [] : serverFolders)]
  const program = await findProgramIn('virtiofsd', folders)
  if (program === undefined) {
    throw new VmError('virtiofs-no-server', { command: 'sudo apt install virtiofsd' })
  }
  const help = await said(program, ['--help'])
  if (!help.includes(neededOption)) {
    throw new VmError('virtiofs-old-server', { program, oldest: oldestServer })
  }
  const [wrapper, ...args] = inNamespace([program, '--version'], {
    folder: '/',
    hidden: [emptyFolder],
  })
  await run(wrapper, args, { timeout: 10_000 }).catch((cause: unknown) => {
    throw new VmError('virtiofs-no-namespace', {}, { cause })
  })
  return program
}

/** The C program of earlier QEMUs answers, too, and ends with an error. */
async function said(program: string, args: string[]): Promise<string> {
  const { stdout, stderr } = await run(program, args, { timeout: 10_000 }).catch(
    (error: unknown) => (error instanceof Error && 'stdout' in error ? error : {}) as Output,
  )
  return `${stdout ?? ''}${stderr ?? ''}`
}

interface Output {
  stdout?: string
  stderr?: string
}
