import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { imageFolder } from '../../vm/image/cache.ts'
import { createDockerCli, type DockerCli } from '../support/docker-cli.ts'
import { runBerth } from './cli.ts'

const run = promisify(execFile)

/** What every container of the specs runs: busybox on scratch. */
export const testImage = 'berth-e2e:latest'
/** An image that is only in `archive`, made by `docker save`. */
export const savedImage = 'berth-e2e-saved:1.0'
export const archiveVariable = 'BERTH_E2E_ARCHIVE'

/** A home that is more than 200 bytes long, with what trips programs that quote badly. */
const oddName = `home, "é 名" ${'x'.repeat(170)}`

/**
 * Boots one machine for all specs, on a home of its own, with an image to run and an archive to load. Set
 * BERTH_E2E_HOME to work on a home that stays, and whose machine goes on afterwards: the next run then begins at once.
 */
export default async function bootOneMachine(): Promise<() => Promise<void>> {
  const kept = process.env['BERTH_E2E_HOME']
  const folder = await mkdtemp(join(tmpdir(), 'berth-e2e-'))
  process.env['BERTH_IMAGE'] ??= await imageFolder(process.arch === 'arm64' ? 'arm64' : 'amd64')
  process.env['BERTH_HOME'] = kept ?? join(folder, oddName)
  process.env[archiveVariable] = join(folder, 'saved image.tar')
  const end = async () => {
    if (kept === undefined) await runBerth(['stop'], [0, 3])
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await runBerth(['set', 'language=en', 'theme=light'])
    await runBerth(['start', '--wait'])
    const { dockerSocket } = JSON.parse(await runBerth(['status', '--json'])) as {
      dockerSocket: string
    }
    await using docker = await createDockerCli(dockerSocket)
    await makeImages(docker, folder)
  } catch (error) {
    await end()
    throw error
  }
  return end
}

/** By `docker import`, which takes a second where a build takes ten. */
async function makeImages(docker: DockerCli, folder: string): Promise<void> {
  const root = join(folder, 'root')
  await mkdir(join(root, 'bin'), { recursive: true })
  await cp(join(docker.buildContext, 'busybox'), join(root, 'bin', 'busybox'))
  for (const applet of ['sh', 'sleep', 'echo', 'printf'])
    await symlink('busybox', join(root, 'bin', applet))
  const archive = join(folder, 'root.tar')
  await run('tar', ['-C', root, '-cf', archive, '.'])
  const ask = async (...args: string[]) => {
    const { code, stderr } = await docker(args)
    if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`)
  }
  const left = await docker(['ps', '-aq'])
  const ids = left.stdout.split('\n').filter(Boolean)
  if (ids.length > 0) await ask('rm', '-f', ...ids)
  // A home that is kept has those of the runs before.
  await ask('image', 'prune', '-f', '-a')
  await ask('import', '--change', 'CMD ["sh"]', archive, testImage)
  await ask('import', '--change', 'CMD ["echo", "from the archive"]', archive, savedImage)
  await ask('save', '-o', process.env[archiveVariable] ?? '', savedImage)
  await ask('rmi', savedImage)
}
