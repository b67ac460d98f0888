import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { node24, root } from './checkout.mjs'
import { cleanNpmEnv, nodeEnv } from './npm.mjs'
import { step } from './progress.mjs'
import { run } from './run.mjs'

/** How long Electron's installer may take, its end included. */
const deadlineMs = 20_000

/**
 * Whether this computer can show a window.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 */
export function hasDisplay(env = process.env, platform = process.platform) {
  return platform !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'])
}

/**
 * Electron's program, fetched in one attempt when it is not there.
 * @param {AbortSignal} signal
 * @returns {Promise<{ program: string } | { reason: string }>} or why there is none, as the beginning of a sentence
 */
export async function provideElectron(signal) {
  if (!hasDisplay()) return { reason: 'There is no display here' }
  const program = installedProgram() ?? (await fetchElectron(signal))
  if (!program) return { reason: 'Electron could not be fetched' }
  const missing = await missingLibraries(program, signal)
  if (missing.length > 0) return { reason: `Electron lacks the libraries ${missing.join(', ')}` }
  return { program }
}

/**
 * The program that Electron's package would start, when it is there.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [folder] Electron's package
 */
export function installedProgram(env = process.env, folder = join(root, 'node_modules/electron')) {
  const override = env['ELECTRON_OVERRIDE_DIST_PATH']
  const name = readText(join(folder, 'path.txt')) ?? platformProgram()
  const program = join(override || join(folder, 'dist'), name)
  return existsSync(program) ? program : undefined
}

function platformProgram() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return process.platform === 'win32' ? 'electron.exe' : 'electron'
}

/** @param {string} file */
function readText(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
}

/** @param {AbortSignal} signal */
async function fetchElectron(signal) {
  const install = join(root, 'node_modules/electron/install.js')
  // It may hang on a silent connection, so its whole group is ended; one second of the deadline is for that.
  const graceMs = 1000
  const env = nodeEnv(cleanNpmEnv(process.env))
  await step('Fetching Electron', () =>
    run(node24, [install], { cwd: root, env, signal, timeoutMs: deadlineMs - graceMs, graceMs }),
  )
  return installedProgram()
}

/**
 * Libraries that the program wants and this computer lacks: only a desktop has them all.
 * @param {string} program
 * @param {AbortSignal} signal
 */
async function missingLibraries(program, signal) {
  if (process.platform !== 'linux') return []
  const { stdout } = await run('ldd', [program], { signal })
  return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].flatMap(([, name]) =>
    name ? [name] : [],
  )
}
