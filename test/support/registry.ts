import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { DockerCli } from './docker-cli.ts'

const run = promisify(execFile)

/** The engine trusts its own loopback without certificates. */
export const registryAddress = 'localhost:5000'

/** What differs from a registry that lets everybody in, at the address above. */
interface RegistryOptions {
  /** Of the guest's own loopback. */
  port?: number
  /** The line of the one who may do something. */
  htpasswd?: string
}

const toConfig = (isGuarded: boolean) => `
version: 0.1
storage: { filesystem: { rootdirectory: /var/lib/registry } }
http: { addr: ":5000" }
${isGuarded ? 'auth: { htpasswd: { realm: berth, path: /htpasswd } }' : ''}
`

/** Starts Debian's registry as a container named `registry`, of an image of that name, and waits until it listens. */
export async function startRegistry(
  docker: DockerCli,
  folder: string,
  { port = 5000, htpasswd }: RegistryOptions = {},
): Promise<void> {
  const [file, archive] = [join(folder, 'config.yml'), join(folder, 'registry.tar')]
  await writeFile(file, toConfig(htpasswd !== undefined))
  await writeFile(join(folder, 'htpasswd'), htpasswd ?? '')
  const own = ['-C', folder, 'config.yml', 'htpasswd']
  await run('tar', ['-cf', archive, '-C', docker.registryRoot, '.', ...own])
  const command = JSON.stringify(['/usr/bin/docker-registry', 'serve', '/config.yml'])
  await must(docker, 'import', '--change', `CMD ${command}`, archive, 'registry')
  // With a terminal what it logs is the output of `docker logs`, too.
  const options = ['-d', '-t', '--name', 'registry', '-p', `127.0.0.1:${port}:5000`]
  await must(docker, 'run', ...options, 'registry')
  const logs = docker.follow(['logs', '-f', 'registry'])
  for await (const line of logs.lines) if (line.includes('listening on')) break
  logs.stop()
}

export async function removeRegistry(docker: DockerCli): Promise<void> {
  await docker(['rm', '-f', '-v', 'registry'])
  await docker(['rmi', '-f', 'registry'])
}

async function must(docker: DockerCli, ...args: string[]): Promise<void> {
  const { code, stderr } = await docker(args)
  if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`)
}
