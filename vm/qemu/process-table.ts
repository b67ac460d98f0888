import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What tells one process from a later one with the same pid. */
export interface ProcessFacts {
  /** Opaque; equal for as long as it is the same process. */
  startTime: string
  command: string
}

/** The living process behind `pid`; undefined when there is none or only a zombie is left. */
export async function readProcess(pid: number): Promise<ProcessFacts | undefined> {
  try {
    if (process.platform === 'linux') return await readProc(pid)
    if (process.platform === 'win32') return await readWindows(pid)
    return await readPs(pid)
  } catch {
    return undefined
  }
}

/** The pid of the living process that has `marker` in its command line. */
export async function findProcess(marker: string): Promise<number | undefined> {
  for (const { pid, command } of await listCommands(marker)) {
    if (pid !== process.pid && command.includes(marker)) return pid
  }
  return undefined
}

async function readProc(pid: number): Promise<ProcessFacts | undefined> {
  const [stat, command] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/cmdline`, 'utf8'),
  ])
  return parseProcStat(stat, command)
}

/** Pure part of reading /proc: the name in parentheses may itself hold spaces and parentheses. */
export function parseProcStat(stat: string, command: string): ProcessFacts | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, startTime] = [fields[0], fields[19]]
  if (state === 'Z' || state === 'X' || startTime === undefined) return undefined
  return { startTime, command: command.replaceAll('\0', ' ').trim() }
}

async function readPs(pid: number): Promise<ProcessFacts | undefined> {
  const { stdout } = await run('ps', ['-ww', '-o', 'stat=,lstart=,command=', '-p', String(pid)], {
    env: { ...process.env, LC_ALL: 'C' },
  })
  return parsePs(stdout)
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
  const script =
    `Get-CimInstance Win32_Process -Filter "${filter}" | ` +
    `ForEach-Object { "$($_.ProcessId)\`t$($_.CreationDate.ToFileTimeUtc())\`t$($_.CommandLine)" }`
  const { stdout } = await run('powershell.exe', ['-NoProfile', '-Command', script])
  return stdout
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => {
      const [pid = '', startTime = '', ...command] = line.split('\t')
      return { pid: Number(pid), startTime, command: command.join('\t') }
    })
}

async function listCommands(marker: string): Promise<{ pid: number; command: string }[]> {
  if (process.platform === 'win32') return queryWindows(`CommandLine LIKE '%${marker}%'`)
  if (process.platform === 'linux') return listProc()
  const { stdout } = await run('ps', ['-axww', '-o', 'pid=,command='])
  return stdout.split('\n').map((line) => {
    const [pid = '', ...command] = line.trim().split(/\s+/)
    return { pid: Number(pid), command: command.join(' ') }
  })
}

async function listProc(): Promise<{ pid: number; command: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const all = await Promise.all(
    pids.map(async (pid) => ({ pid, command: (await readProcess(pid))?.command ?? '' })),
  )
  return all.filter(({ command }) => command !== '')
}
