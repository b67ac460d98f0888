import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { binFolder, node24, root } from './checkout.mjs'
import { SetupFailure } from './failure.mjs'
import { npm } from './npm.mjs'
import { step } from './progress.mjs'
import { run } from './run.mjs'

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lockfile
 */

/**
 * Says whether what npm noted as installed is what the lockfile wants. Optional packages may be missing: they are
 * those of other platforms.
 * @param {Lockfile | undefined} wanted package-lock.json
 * @param {Lockfile | undefined} installed node_modules/.package-lock.json
 */
export function isInstalled(wanted, installed) {
  if (!wanted?.packages || !installed?.packages) return false
  const there = installed.packages
  return Object.entries(wanted.packages).every(([path, { version, integrity, optional }]) => {
    const found = path === '' ? wanted.packages?.[''] : there[path]
    return found ? found.version === version && found.integrity === integrity : Boolean(optional)
  })
}

/**
 * @param {string} file
 * @returns {Lockfile | undefined}
 */
function readLockfile(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Installs the npm packages when they are not those of the lockfile, and Node 24 when it does not run.
 * @param {AbortSignal} signal
 */
export async function installPackages(signal) {
  if (
    !isInstalled(readLockfile('package-lock.json'), readLockfile('node_modules/.package-lock.json'))
  ) {
    await step('Installing npm packages', () => install(signal))
  }
  if (!(await nodeVersion(node24, signal))) {
    await step('Installing Node 24', () => installNode(signal))
  }
}

/**
 * Without install scripts: the only ones that matter are run later by name, so nothing is built for the wrong Node.
 * @param {AbortSignal} signal
 */
async function install(signal) {
  const options = [
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
  ]
  const exact = await npm(['ci', ...options], { signal })
  if (exact.code === 0) return
  // A lockfile made where other platforms' optional packages could not be had lacks them, and `npm ci` then
  // refuses it as a whole; `npm install` takes the same versions from it.
  const again = exact.output.includes('EUSAGE')
    ? await npm(['install', '--no-save', ...options], { signal })
    : exact
  if (again.code === 0) return
  throw new SetupFailure(
    'The npm packages could not be installed; npm’s own words are above. Check the connection and start again.',
    again.output,
  )
}

/** @param {AbortSignal} signal */
async function installNode(signal) {
  const result = await npm(['rebuild', 'node', '--ignore-scripts=false'], { signal })
  if (await nodeVersion(node24, signal)) return
  if (Number.parseInt(process.versions.node) >= 24) return linkOwnNode()
  throw new SetupFailure(
    'Node 24 could not be installed from the npm registry; npm’s own words are above. Start again, or install Node 24 yourself.',
    result.output,
  )
}

/** The `node` package is not made for every computer: there a Node 24 of the computer's own serves as well. */
function linkOwnNode() {
  if (process.platform === 'win32') return
  for (const file of [node24, join(binFolder, 'node')]) {
    rmSync(file, { force: true })
    mkdirSync(join(file, '..'), { recursive: true })
    symlinkSync(process.execPath, file)
  }
}

/**
 * @param {string} node
 * @param {AbortSignal} signal
 * @returns {Promise<string | undefined>} for instance "v24.1.0"; undefined when it does not run or is older
 */
async function nodeVersion(node, signal) {
  const { code, stdout } = await run(node, ['--version'], { signal })
  const version = stdout.trim()
  return code === 0 && Number.parseInt(version.slice(1)) >= 24 ? version : undefined
}
