import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Compiles the small program that tells of inotify's events in a container: busybox has none. */
export async function compileInotify(out: string): Promise<void> {
  const source = join(import.meta.dirname, 'inotify.c')
  await promisify(execFile)('cc', ['-O2', '-static', '-o', out, source])
}
