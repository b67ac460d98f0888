import { readFile } from 'node:fs/promises'

/** Linux counts processor time in hundredths of a second, on every architecture that Berth runs on. */
const msPerTick = 10

/** The processor time that a process has used so far, in ms: it hardly depends on what else the host does. */
export async function cpuTime(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
  // The program's name comes second, in brackets, and may hold anything; user and system time are 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * msPerTick
}
