import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Machine } from '../../vm/index.ts'
import { createDockerCli, type DockerCli } from '../support/docker-cli.ts'
import { compileForGuest } from './compile.ts'

/** The ports of `guest-tool serve`; see guest-tool.c. */
export const toolPorts = { stream: 7001, talk: 7002, echo: 7003 } as const

/** Of busybox, with the small program of guest-tool.c in /bin. */
export const toolImage = 'berth-bench-tool'

/** A docker client, and `toolImage` in the engine behind the socket. */
export async function createTooledDocker(socketPath: string): Promise<DockerCli> {
  const docker = await createDockerCli(socketPath)
  const context = await mkdtemp(join(tmpdir(), 'berth-bench-'))
  try {
    await writeFile(join(context, 'guest-tool'), await compileForGuest('guest-tool.c'), {
      mode: 0o755,
    })
    const lines = ['FROM busybox', 'COPY guest-tool /bin/guest-tool', 'CMD ["guest-tool","serve"]']
    await writeFile(join(context, 'Dockerfile'), `${lines.join('\n')}\n`)
    await said(docker, ['build', '-q', '-t', 'busybox', docker.buildContext])
    await said(docker, ['build', '-q', '-t', toolImage, context])
    return docker
  } catch (error) {
    await docker[Symbol.asyncDispose]()
    throw error
  } finally {
    await rm(context, { recursive: true, force: true })
  }
}

/** What a docker command says. @throws with its own words when it fails */
export async function said(docker: DockerCli, words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await docker(words)
  if (code !== 0) throw new Error(`docker ${words.join(' ')}: ${stderr}`)
  return stdout.trim()
}

/** Puts the program into the guest itself; resolves with its path there. */
export async function putTool(machine: Machine): Promise<string> {
  const path = '/run/guest-tool'
  const input = await compileForGuest('guest-tool.c')
  const put = ['sh', '-c', `cat >${path} && chmod 700 ${path}`]
  const { code, stderr } = await machine.exec(put, { input })
  if (code !== 0) throw new Error(`guest-tool was not put into the guest: ${stderr.toString()}`)
  return path
}
