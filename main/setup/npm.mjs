import { basename, delimiter } from 'node:path'
import { binFolder, root } from './checkout.mjs'
import { run } from './run.mjs'

/**
 * The environment for everything after the packages are there: Node 24 and the packages' commands come first.
 * @param {NodeJS.ProcessEnv} [base]
 * @returns {NodeJS.ProcessEnv}
 */
export function nodeEnv(base = process.env) {
  const path = Object.keys(base).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
  return { ...base, [path]: [binFolder, base[path]].filter(Boolean).join(delimiter) }
}

/** Settings of npm that would install or build something else than this checkout needs. */
const foreign =
  /^npm_config_(nodedir|node_gyp|target|runtime|disturl|dist_url|arch|ignore_scripts|omit|only|production|global|prefix|dry_run)$/

/**
 * Takes out of an environment what would make npm build for another Node, or leave parts out. npm reads its settings
 * in any case and with either dash.
 * @param {NodeJS.ProcessEnv} base
 * @returns {NodeJS.ProcessEnv}
 */
export function cleanNpmEnv(base) {
  const keep = Object.entries(base).filter(
    ([name]) => !foreign.test(name.toLowerCase().replaceAll('-', '_')) && name !== 'NODE_ENV',
  )
  return Object.fromEntries(keep)
}

/**
 * Runs npm itself: the one that started this script, else the one on PATH.
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, signal: AbortSignal }} options `env` is added to a cleaned environment
 */
export function npm(args, { env = {}, signal }) {
  const started = process.env['npm_execpath'] ?? ''
  const isNpm = basename(started) === 'npm-cli.js'
  const command = isNpm ? process.execPath : 'npm'
  const own = isNpm ? [started, ...args] : args
  return run(command, own, {
    cwd: root,
    env: { ...nodeEnv(cleanNpmEnv(process.env)), ...env },
    signal,
    // npm on Windows is a .cmd, which only a shell can start.
    shell: !isNpm && process.platform === 'win32',
  })
}
