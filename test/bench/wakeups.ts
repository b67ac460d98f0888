import { readdir, readFile } from 'node:fs/promises'

/** How often the threads of a process have gone to sleep by themselves, and so were woken, since they began. */
export async function countWakeups(pid: number): Promise<number> {
  const folder = `/proc/${pid}/task`
  const threads = await readdir(folder)
  const counts = await Promise.all(
    threads.map(async (thread) => {
      // One that has just ended counts no more.
      const status = await readFile(`${folder}/${thread}/status`, 'utf8').catch(() => '')
      return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0)
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}
