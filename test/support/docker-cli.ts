import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile, copyFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toolsFolder } from '../../vm/image/cache.ts'

const run = promisify(execFile)

interface DockerResult {
  code: number
  stdout: string
  stderr: string
}

/** The docker client of the guest's own packages, with compose and buildx, talking to one socket. */
export interface DockerCli extends AsyncDisposable {
  /** Resolves whatever the exit code is. `input` is written to its stdin, which is then closed. */
  (args: readonly string[], input?: string | Buffer): Promise<DockerResult>
  /** The same, with a stdin that is never closed. */
  holding(args: readonly string[], input?: string): Promise<DockerResult>
  /** Starts a client that is left running; its lines come as they are written. */
  follow(args: readonly string[]): { lines: AsyncIterable<string>; stop(): void }
  /** A folder with busybox and a Dockerfile that puts it on scratch. */
  buildContext: string
  /** The root of a container with Debian's docker-registry in it, and no configuration. */
  registryRoot: string
}

/** The folder of the programs for tests that the image's build leaves. */
export async function testTools(): Promise<string> {
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64'
  return process.env['BERTH_TOOLS'] ?? (await toolsFolder(arch))
}

/** @param more of its environment, such as another config than its own empty one */
export async function createDockerCli(
  socketPath: string,
  more: Readonly<Record<string, string>> = {},
): Promise<DockerCli> {
  const tools = await testTools()
  const home = await mkdtemp(join(tmpdir(), 'berth-docker-'))
  await mkdir(join(home, 'config'))
  await symlink(join(tools, 'cli-plugins'), join(home, 'config', 'cli-plugins'))
  const buildContext = await createBuildContext(home, join(tools, 'busybox'))
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    DOCKER_CONFIG: join(home, 'config'),
    DOCKER_HOST: `unix://${socketPath}`,
    ...more,
  }
  const docker = join(tools, 'docker')
  const call = async (
    args: readonly string[],
    input: string | Buffer = '',
    isHeld = false,
  ): Promise<DockerResult> => {
    const running = run(docker, args, { env, maxBuffer: 256 * 1024 * 1024 })
    if (isHeld) running.child.stdin?.write(input)
    else running.child.stdin?.end(input)
    try {
      return { code: 0, ...(await running) }
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number')
        throw error
      const { stdout, stderr } = error as unknown as { stdout: string; stderr: string }
      return { code: error.code, stdout, stderr }
    }
  }
  return Object.assign(call, {
    buildContext,
    registryRoot: join(tools, 'registry'),
    holding: (args: readonly string[], input = '') => call(args, input, true),
    follow(args: readonly string[]) {
      const child = spawn(docker, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
      return { lines: readLines(child.stdout), stop: () => void child.kill() }
    },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  })
}

async function createBuildContext(home: string, busybox: string): Promise<string> {
  const folder = join(home, 'busybox')
  await mkdir(folder)
  await copyFile(busybox, join(folder, 'busybox'))
  const lines = [
    'FROM scratch',
    'COPY busybox /bin/busybox',
    'RUN ["/bin/busybox", "--install", "-s", "/bin"]',
    'CMD ["sh"]',
  ]
  await writeFile(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`)
  return folder
}

async function* readLines(source: NodeJS.ReadableStream): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of source) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}
