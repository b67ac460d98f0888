import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { DockerCli } from '../support/docker-cli.ts'
import { mustDocker } from './docker-lab.ts'

const run = promisify(execFile)

/** Makes an image of random bytes, which shares nothing with any other; without a name it is a dangling one. */
export async function importImage(
  docker: DockerCli,
  bytes: number,
  name?: string,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-e2e-image-'))
  try {
    await writeFile(join(folder, 'payload'), randomBytes(bytes))
    const archive = join(folder, 'root.tar')
    await run('tar', ['-C', folder, '-cf', archive, 'payload'])
    return await mustDocker(docker, 'import', archive, ...(name === undefined ? [] : [name]))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
