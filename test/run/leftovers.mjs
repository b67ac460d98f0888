import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** A process that is told to end may take this long before it counts as left behind. */
const patienceMs = 5000

/**
 * Processes that still work in a folder: their command line or their environment's temp folder names it.
 * @param {string} folder
 * @param {string} [proc] where the kernel lists processes
 * @returns {{ pid: number, command: string }[]}
 */
export function processesIn(folder, proc = '/proc') {
  const pids = listed(proc).filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => {
    const command = read(`${proc}/${pid}/cmdline`).replaceAll('\0', ' ').trim()
    const environment = read(`${proc}/${pid}/environ`).split('\0')
    const isIn =
      command.includes(folder) || environment.some((entry) => entry.startsWith(`TMPDIR=${folder}`))
    return isIn && command && Number(pid) !== process.pid ? [{ pid: Number(pid), command }] : []
  })
}

/** @param {string} folder */
function listed(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** @param {string} file of a process that may end at any moment, or belong to someone else */
function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/**
 * Ends what a run left behind, and names it.
 * @param {string} folder the run's own temp folder
 * @returns {Promise<string[]>} the command lines
 */
export async function endLeftovers(folder) {
  const deadline = Date.now() + patienceMs
  let left = processesIn(folder)
  // The kernel tells nobody but a parent of an end, and these have lost theirs: so they are asked after.
  while (left.length > 0 && Date.now() < deadline) {
    await pause(100)
    left = processesIn(folder)
  }
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  return left.map(({ command }) => command.slice(0, 160))
}
