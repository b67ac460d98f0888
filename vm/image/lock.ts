import { spawn } from 'node:child_process'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Holds a lock file until disposed; waits while another process holds it. The kernel drops the lock
 * when its holder ends, however it ends, so a killed build never blocks the next.
 */
export async function lockFile(path: string): Promise<AsyncDisposable> {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'a')
  // flock locks the open file, which the child shares with us: it stays locked when the child ends.
  const flock = spawn('flock', ['3'], { stdio: ['ignore', 'inherit', 'inherit', file.fd] })
  const code = await new Promise<number | null>((resolve, reject) => {
    flock.once('error', reject)
    flock.once('close', resolve)
  })
  if (code !== 0) throw new Error(`flock on ${path} ended with ${String(code)}`)
  return { [Symbol.asyncDispose]: () => file.close() }
}
