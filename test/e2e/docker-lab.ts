import type { DockerCli } from '../support/docker-cli.ts'
import { testImage } from './one-machine.ts'

/** What a container has that the window reads, as `docker inspect` tells it. */
export interface Inspected {
  Name: string
  State: { Status: string }
  Config: { Cmd: string[] | null; Env: string[]; Labels: Record<string, string>; Hostname: string }
  HostConfig: {
    Memory: number
    PortBindings: Record<string, { HostIp: string; HostPort: string }[]>
    RestartPolicy: { Name: string }
  }
}

/** Calls docker and gives what it printed; a refusal fails the test. */
export async function mustDocker(docker: DockerCli, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await docker(args)
  if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`)
  return stdout.trim()
}

/** A container that runs until it is told to end, and then ends at once. */
export function runSleeper(docker: DockerCli, name: string, ...options: string[]): Promise<string> {
  const command = [testImage, 'sleep', '900']
  return mustDocker(docker, 'run', '-d', '--init', '--name', name, ...options, ...command)
}

/** Removes every container: those of a spec are its own. */
export async function removeContainers(docker: DockerCli): Promise<void> {
  const ids = (await mustDocker(docker, 'ps', '-aq')).split('\n').filter(Boolean)
  if (ids.length > 0) await mustDocker(docker, 'rm', '-f', '-v', ...ids)
}

export async function inspect(docker: DockerCli, name: string): Promise<Inspected> {
  const [first] = JSON.parse(await mustDocker(docker, 'inspect', name)) as Inspected[]
  if (!first) throw new Error(`there is no container ${name}`)
  return first
}
