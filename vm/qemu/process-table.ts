import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { errorCode } from '../durable-file.ts'

const run = promisify(execFile)

/** PowerShell alone takes seconds to start on a cold disk; an answer later than this is a failure of the host. */
const answerMs = 30_000
const quietly = { windowsHide: true, timeout: answerMs, maxBuffer: 64 * 1024 ** 2 }

/** What tells one process from a later one with the same pid. */
export interface ProcessFacts {
  /** Opaque; equal for as long as it is the same process. */
  startTime: string
  command: string
}

/**
 * The living process behind `pid`; undefined when there is none or only a zombie is left.
 * @throws what kept the question from being answered: that alone does not make a process dead.
 */
export async function readProcess(
  pid: number,
  platform: NodeJS.Platform = process.platform,
): Promise<ProcessFacts | undefined> {
  if (platform === 'linux') return readProc(pid)
  if (platform === 'win32') return readWindows(pid)
  return readPs(pid)
}

/** The pid of the living process that has `marker` in its command line. */
export async function findProcess(marker: string): Promise<number | undefined> {
  return (await findProcesses(marker))[0]
}

/** All of them. */
export async function findProcesses(marker: string): Promise<number[]> {
  return (await listCommands(marker))
    .filter(({ pid, command }) => pid !== process.pid && command.includes(marker))
    .map(({ pid }) => pid)
}

async function readProc(pid: number): Promise<ProcessFacts | undefined> {
  try {
    const [stat, command] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ])
    return parseProcStat(stat, command)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    // It lives, but it is another user's on a host that hides those (hidepid): never one of ours.
    if (code === 'EACCES' || code === 'EPERM') return { startTime: '', command: '' }
    throw error
  }
}

/** Pure part of reading /proc: the name in parentheses may itself hold spaces and parentheses. */
export function parseProcStat(stat: string, command: string): ProcessFacts | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, startTime] = [fields[0], fields[19]]
  if (state === 'Z' || state === 'X' || startTime === undefined) return undefined
  return { startTime, command: command.replaceAll('\0', ' ').trim() }
}

async function readPs(pid: number): Promise<ProcessFacts | undefined> {
  const args = ['-ww', '-o', 'stat=,lstart=,command=', '-p', String(pid)]
  // The start time is written as local time, which changes with the zone while the process stays the same.
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
  try {
    return parsePs((await run('ps', args, { ...quietly, env })).stdout)
  } catch (error) {
    if (foundNothing(error)) return undefined
    throw error
  }
}

/** `ps` ends with 1 when no process has the pid, and says a word only if there cannot be such a pid (macOS). */
function foundNothing(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 1) return false
  if (!('stdout' in error) || !('stderr' in error) || error.stdout !== '') return false
  return error.stderr === '' || String(error.stderr).includes('process id too large')
}

/** Pure part of reading `ps`: state, then the five words of the start time, then the command. */
export function parsePs(line: string): ProcessFacts | undefined {
  const match = /^(\S+)\s+((?:\S+\s+){4}\S+)\s+(.*)$/s.exec(line.trim())
  const [state, startTime, command] = [match?.[1], match?.[2], match?.[3]]
  if (state === undefined || startTime === undefined || command === undefined) return undefined
  return state.startsWith('Z') ? undefined : { startTime: startTime.replace(/\s+/g, ' '), command }
}

async function readWindows(pid: number): Promise<ProcessFacts | undefined> {
  const [found] = await queryWindows(`ProcessId=${pid}`)
  return found ? { startTime: found.startTime, command: found.command } : undefined
}

async function queryWindows(filter: string) {
  const { args, env } = windowsQuery(filter)
  const options = { ...quietly, env: { ...process.env, ...env } }
  const { stdout } = await run('powershell.exe', args, options)
  return stdout
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => {
      const [pid = '', startTime = '', ...command] = line.split('\t')
      return { pid: Number(pid), startTime, command: command.join('\t') }
    })
}

/**
 * Pure part of asking Windows. The filter goes by the environment: in the command line, the query would find itself,
 * and so would that of another app.
 */
export function windowsQuery(filter: string): { args: string[]; env: Record<string, string> } {
  const script =
    'Get-CimInstance Win32_Process -Filter $env:BERTH_PROCESS_FILTER -ErrorAction Stop | ' +
    'ForEach-Object { "$($_.ProcessId)`t$($_.CreationDate.ToFileTimeUtc())`t$($_.CommandLine)" }'
  const args = ['-NoProfile', '-NonInteractive', '-Command', script]
  return { args, env: { BERTH_PROCESS_FILTER: filter } }
}

async function listCommands(marker: string): Promise<{ pid: number; command: string }[]> {
  if (process.platform === 'win32') return queryWindows(`CommandLine LIKE '%${marker}%'`)
  if (process.platform === 'linux') return listProc()
  const { stdout } = await run('ps', ['-axww', '-o', 'pid=,command='], quietly)
  return stdout.split('\n').map((line) => {
    const [pid = '', ...command] = line.trim().split(/\s+/)
    return { pid: Number(pid), command: command.join(' ') }
  })
}

async function listProc(): Promise<{ pid: number; command: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const all = await Promise.all(
    pids.map(async (pid) => ({ pid, command: (await readProc(pid))?.command ?? '' })),
  )
  return all.filter(({ command }) => command !== '')
}
