import { randomBytes, createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDockerCli, type DockerCli } from '../../support/docker-cli.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'

/** What an ordinary docker client does through the forwarded socket. The rows share one image and one container. */
export function dockerRows(socketPath: () => string): void {
  describe('the ordinary docker client', () => {
    let docker: DockerCli
    let folder: string

    beforeAll(async () => {
      docker = await createDockerCli(socketPath())
      folder = await mkdtemp(join(tmpdir(), 'berth-rows-'))
    })
    afterAll(async () => {
      await rm(folder, { recursive: true, force: true })
      await docker[Symbol.asyncDispose]()
    })

    test('shows the version of both sides', async () => {
      const { stdout } = await docker(['version', '--format', '{{.Server.Version}}'])
      expect(stdout).toMatch(/^28\./)
    })

    test('builds busybox on scratch', { timeout: 300_000 }, async () => {
      const { code, stderr } = await docker(['build', '-t', 'busybox', docker.buildContext])
      expect(code, stderr).toBe(0)
    })

    test('runs a container and gives its output and exit code back', async () => {
      const { code, stdout } = await docker([
        'run',
        '--rm',
        'busybox',
        'sh',
        '-c',
        'echo out; exit 7',
      ])
      expect({ code, stdout }).toEqual({ code: 7, stdout: 'out\n' })
    })

    test('pipes stdin through, and its end', async () => {
      const { stdout } = await docker(['run', '--rm', '-i', 'busybox', 'cat'], 'x\n')
      expect(stdout).toBe('x\n')
    })

    test('pipes 20 MB through stdin unchanged', async () => {
      const bytes = randomBytes(20_000_000)
      const { stdout } = await docker(['run', '--rm', '-i', 'busybox', 'sha256sum'], bytes)
      expect(stdout).toBe(`${createHash('sha256').update(bytes).digest('hex')}  -\n`)
    })

    test('follows events and logs as they come', async () => {
      const events = docker.follow([
        'events',
        '--format',
        '{{.Action}}',
        '--filter',
        'container=one',
      ])
      const seen = takeUntil(events.lines, 'start')
      await docker([
        'run',
        '-d',
        '--name',
        'one',
        'busybox',
        'sh',
        '-c',
        'echo first; exec sleep 1000',
      ])
      expect(await seen).toContain('create')
      events.stop()

      const logs = docker.follow(['logs', '-f', 'one'])
      const lines = takeUntil(logs.lines, 'second')
      await docker(['exec', 'one', 'sh', '-c', 'echo second >/proc/1/fd/1'])
      expect(await lines).toEqual(['first', 'second'])
      logs.stop()
    })

    test('executes in a running container', async () => {
      const { stdout } = await docker(['exec', '-i', 'one', 'cat'], 'to exec')
      expect(stdout).toBe('to exec')
    })

    test('copies a file in and out', async () => {
      const [from, to] = [join(folder, 'in'), join(folder, 'out')]
      await writeFile(from, 'both ways')
      await docker(['cp', from, 'one:/file'])
      await docker(['cp', 'one:/file', to])
      expect(await readFile(to, 'utf8')).toBe('both ways')
    })

    test(`serves 20 clients at once`, async () => {
      const numbers = Array.from({ length: 20 }, (_, index) => String(index))
      const start = full ? ['run', '--rm', 'busybox'] : ['exec', 'one']
      const results = await Promise.all(numbers.map((n) => docker([...start, 'echo', n])))
      expect(results.map(({ stdout }) => stdout)).toEqual(numbers.map((n) => `${n}\n`))
    })

    test('stops and removes a container', async () => {
      expect((await docker(['stop', '-t', '1', 'one'])).code).toBe(0)
      expect((await docker(['rm', 'one'])).code).toBe(0)
      const { stdout } = await docker(['ps', '-aq'])
      expect(stdout).toBe('')
    })

    test.runIf(full)('brings a Compose project up and down', async () => {
      const project = join(folder, 'project')
      await mkdir(project)
      const services = ['a', 'b'].map(
        (name) => `  ${name}:\n    image: busybox\n    command: sleep 60\n`,
      )
      await writeFile(join(project, 'compose.yaml'), `services:\n${services.join('')}`)
      const compose = ['compose', '--project-directory', project]
      expect((await docker([...compose, 'up', '-d'])).code).toBe(0)
      expect((await docker([...compose, 'ps', '-q'])).stdout.trim().split('\n')).toHaveLength(2)
      expect((await docker([...compose, 'down', '-t', '1'])).code).toBe(0)
    })
  })
}

/** The lines up to the first that is `last`. */
async function takeUntil(lines: AsyncIterable<string>, last: string): Promise<string[]> {
  const taken: string[] = []
  for await (const line of lines) {
    taken.push(line)
    if (line === last) break
  }
  return taken
}
