import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** One of the C files here as a static program. The guest must be of the host's architecture. */
export async function compileForGuest(source: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-bench-'))
  try {
    const out = join(folder, 'program')
    await run('cc', ['-O2', '-static', '-o', out, join(import.meta.dirname, source)])
    return await readFile(out)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
