import { spawn } from 'node:child_process'
import { exitCodeOf, stopSignals } from './stop-signals.mjs'

const windows = process.platform === 'win32'
/** npm passes a terminal's Ctrl-C on to scripts that have had it already; a person is slower than this. */
const echoMs = 300

/**
 * Whether a signal is news, or the same key press again by another way.
 * @param {() => number} now milliseconds
 * @returns {(name: string) => boolean}
 */
export function withoutEchoes(now) {
  /** @type {Map<string, number>} */
  const last = new Map()
  return (name) => {
    const at = now()
    const isNews = at - (last.get(name) ?? -Infinity) > echoMs
    if (isNews) last.set(name, at)
    return isNews
  }
}

/**
 * Runs the app in the foreground until it ends by itself: every stop signal is passed on, once for each that came.
 * The app has a process group of its own, so that a terminal’s Ctrl-C reaches it through here alone, and an IPC
 * channel, whose end tells it that this process was killed.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, channel?: boolean }} options
 * @returns {Promise<number>} the exit code to end with
 */
export function runInForeground(command, args, { cwd, env, channel = false }) {
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ['ignore', 'inherit', 'inherit', ...(channel ? [/** @type {const} */ ('ipc')] : [])],
    detached: !windows,
  })
  const isNews = withoutEchoes(() => Date.now())
  /** @param {NodeJS.Signals} name */
  const pass = (name) => {
    // On Windows the console has told the child itself, and kill() would end it at once.
    if (!windows && isNews(name)) child.kill(name)
  }
  for (const name of stopSignals) process.on(name, pass)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      for (const name of stopSignals) process.off(name, pass)
      resolve(signal ? exitCodeOf(signal) : (code ?? 1))
    })
  })
}
