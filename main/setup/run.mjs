import { spawn } from 'node:child_process'

const windows = process.platform === 'win32'
/** Characters of output that are kept; what fails says why at its end. */
const kept = 200_000

/**
 * @typedef {object} Options
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {AbortSignal} [signal] ends the program and all it started
 * @property {number} [timeoutMs] ends them likewise; `timedOut` says so
 * @property {NodeJS.Signals} [stopWith] what to ask with (SIGTERM)
 * @property {number} [graceMs] how long they may take before they are killed (5000)
 * @property {(text: string) => void} [onOutput] gets both streams' text as it comes
 * @property {boolean} [shell]
 */

/**
 * @typedef {object} Result
 * @property {number} code the exit code; 127 when the program could not be started, 128 when a signal ended it
 * @property {string} stdout
 * @property {string} output both streams in the order they came
 * @property {boolean} timedOut
 */

/**
 * Runs a program in a process group of its own with its input closed, and waits for it. Never rejects for what the
 * program does; rejects with the signal's reason when aborted, after the whole group has ended.
 * @param {string} command
 * @param {string[]} args
 * @param {Options} [options]
 * @returns {Promise<Result>}
 */
export async function run(command, args, options = {}) {
  const { signal, timeoutMs, onOutput } = options
  signal?.throwIfAborted()
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    shell: options.shell ?? false,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: !windows,
    windowsHide: true,
  })
  const text = { stdout: '', output: '' }
  /** @param {string} chunk */
  const keep = (chunk) => {
    text.output = (text.output + chunk).slice(-kept)
    onOutput?.(chunk)
  }
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
    text.stdout = (text.stdout + chunk).slice(-kept)
    keep(chunk)
  })
  child.stderr.setEncoding('utf8').on('data', keep)

  let timedOut = false
  const stop = () => endGroup(child, options)
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => (timedOut = true) && stop(), timeoutMs)
  signal?.addEventListener('abort', stop, { once: true })
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      keep(error.message)
      resolve(127)
    })
    child.once('close', (exitCode) => resolve(exitCode ?? 128))
  })
  clearTimeout(timer)
  signal?.removeEventListener('abort', stop)
  signal?.throwIfAborted()
  return { code, ...text, timedOut }
}

/**
 * Asks the child's whole group to end, and kills what is left of it after the grace.
 * @param {import('node:child_process').ChildProcess} child
 * @param {Options} options
 */
function endGroup(child, { stopWith = 'SIGTERM', graceMs = 5000 }) {
  signalGroup(child, stopWith)
  const kill = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs)
  child.once('close', () => clearTimeout(kill))
}

/**
 * @param {import('node:child_process').ChildProcess} child started with `detached`, so that its pid names its group
 * @param {NodeJS.Signals} name
 */
function signalGroup(child, name) {
  if (child.pid === undefined) return
  if (windows) {
    spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' })
    return
  }
  try {
    process.kill(-child.pid, name)
  } catch {
    // The group has ended in the meantime.
  }
}
