import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SetupFailure } from './failure.mjs'
import { packagesFor } from './needs.mjs'
import { step } from './progress.mjs'
import { findProgram } from './programs.mjs'
import { run } from './run.mjs'

/** @typedef {import('./needs.mjs').Package} Package */

/**
 * Sees to the system's own programs: installs what is missing as root on Debian and its kin, else stops and says the
 * exact command.
 * @param {{ image: boolean, test: boolean, signal: AbortSignal }} options
 */
export async function installSystem({ image, test, signal }) {
  if (process.platform !== 'linux') return requireQemu()
  const administrator = process.getuid?.() === 0
  const wanted = packagesFor(process.arch, { image, test, administrator })
  const debian = findProgram('dpkg-query') && findProgram('apt-get')
  const unknown = debian ? await notInstalled(wanted, signal) : wanted
  // As root the package itself is made sure of; anyone else may have the program from elsewhere.
  const missing = debian && administrator ? unknown : unknown.filter((entry) => !hasProgram(entry))
  if (missing.length === 0) return
  const names = missing.map((entry) => entry.name)
  if (!debian) throw new SetupFailure(otherLinux(missing))
  if (!administrator) {
    throw new SetupFailure(
      `Berth needs these Debian packages first: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names.join(' ')}`,
    )
  }
  await step(`Installing Debian packages (${names.join(', ')})`, () => installDebian(names, signal))
}

/**
 * @param {Package[]} packages
 * @param {AbortSignal} signal
 */
async function notInstalled(packages, signal) {
  const names = packages.map((entry) => entry.name)
  // It fails when it knows none of a name, and still prints the others.
  const { stdout } = await run(
    'dpkg-query',
    ['-W', '-f', '${Package} ${db:Status-Status}\\n', ...names],
    { signal },
  )
  const installed = parseInstalled(stdout)
  return packages.filter((entry) => !installed.has(entry.name))
}

/**
 * @param {string} text lines of `<package> <status>`
 * @returns {Set<string>} the packages that are wholly installed
 */
export function parseInstalled(text) {
  const lines = text.split('\n').map((line) => line.trim().split(' '))
  return new Set(lines.flatMap(([name, status]) => (name && status === 'installed' ? [name] : [])))
}

/**
 * @param {string[]} names
 * @param {AbortSignal} signal
 */
async function installDebian(names, signal) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' }
  // apt ends in order on SIGINT, after the package that dpkg is at.
  /** @type {import('./run.mjs').Options} */
  const options = { env, signal, stopWith: 'SIGINT', graceMs: 60_000 }
  // Does nothing, unless an earlier installation was cut short: then apt would refuse to work.
  await run('dpkg', ['--configure', '-a'], options)
  const update = await run('apt-get', ['update', '-q'], options)
  const install = [
    'install',
    '-q',
    '-y',
    '--no-install-recommends',
    '-o',
    'DPkg::Lock::Timeout=120',
    ...names,
  ]
  const result = await run('apt-get', install, options)
  if (result.code === 0) return
  throw new SetupFailure(
    'The Debian packages could not be installed; apt’s own words are above. Mend what it names and start again.',
    (update.code === 0 ? '' : update.output) + result.output,
  )
}

/** @param {Package} entry */
const hasProgram = ({ name, program }) =>
  program
    ? findProgram(program) !== undefined
    : existsSync(join('/usr/share/keyrings', `${name}.gpg`)) || !name.endsWith('keyring')

/** @param {Package[]} missing */
function otherLinux(missing) {
  const programs = missing.map(({ name, program }) => program ?? name).join(', ')
  return `Berth needs these programs first, from this computer’s own packages: ${programs}.`
}

/** On Mac and Windows Berth boots a ready image: QEMU is all it needs. */
function requireQemu() {
  const program = process.arch === 'arm64' ? 'qemu-system-aarch64' : 'qemu-system-x86_64'
  if (findProgram(program) ?? installedQemu(program)) return
  const command =
    process.platform === 'darwin'
      ? 'brew install qemu'
      : 'winget install SoftwareFreedomConservancy.QEMU'
  throw new SetupFailure(`Berth needs QEMU first: ${command}`)
}

/**
 * QEMU's installers put it where PATH may not look.
 * @param {string} program
 */
function installedQemu(program) {
  const { ProgramFiles = 'C:\\Program Files' } = process.env
  const places =
    process.platform === 'win32'
      ? [join(ProgramFiles, 'qemu', `${program}.exe`)]
      : ['/opt/homebrew/bin', '/usr/local/bin', '/opt/local/bin'].map((folder) =>
          join(folder, program),
        )
  return places.find((file) => existsSync(file))
}
