import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createEngineClient } from '../../../main/engine/client.ts'
import type { Machine } from '../../../vm/index.ts'
import { createDockerCli, type DockerCli } from '../../support/docker-cli.ts'
import { tarEnd, toTarHeader } from '../../support/tar.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'

/** What stands before the engine: an ordinary client finds the host's addresses and its socket as it asked for them. */
export function proxyRows(machine: () => Machine, socketPath: () => string): void {
  describe('what stands before the engine', () => {
    let docker: DockerCli
    let folder: string

    beforeAll(async () => {
      docker = await createDockerCli(socketPath())
      folder = await mkdtemp(join(tmpdir(), 'berth-proxy-'))
      const { code, stderr } = await docker(['build', '-t', 'busybox', docker.buildContext])
      expect(code, stderr).toBe(0)
    }, 300_000)
    afterAll(async () => {
      await docker(['rm', '-f', 'asked'])
      await rm(folder, { recursive: true, force: true })
      await docker[Symbol.asyncDispose]()
    })

    const inspect = async (format: string) =>
      (await docker(['inspect', '-f', format, 'asked'])).stdout.trim()

    test('an address is told as it was asked, and open to the guest', async () => {
      const ports = ['127.0.0.1:18080:80', '[::1]:18080:80', '127.0.0.1:18081-18083:81-83/udp']
      const { code, stderr } = await docker([
        ...['run', '-d', '--name', 'asked', ...ports.flatMap((port) => ['-p', port])],
        ...['-p', '18090:90', '-p', '127.0.0.1::91', 'busybox', 'sleep', '1000'],
      ])
      expect(code, stderr).toBe(0)
      const bindings: unknown = JSON.parse(await inspect('{{json .HostConfig.PortBindings}}'))
      const loopback = (HostPort: string) => [{ HostIp: '127.0.0.1', HostPort }]
      expect(bindings).toEqual({
        '80/tcp': [...loopback('18080'), { HostIp: '::1', HostPort: '18080' }],
        '81/udp': loopback('18081'),
        '82/udp': loopback('18082'),
        '83/udp': loopback('18083'),
        '90/tcp': [{ HostIp: '', HostPort: '18090' }],
        '91/tcp': loopback(''),
      })
      expect(await inspect('{{json (index .NetworkSettings.Ports "80/tcp")}}')).toBe(
        JSON.stringify([...loopback('18080'), { HostIp: '::1', HostPort: '18080' }]),
      )
      expect(await inspect('{{json (index .NetworkSettings.Ports "91/tcp")}}')).toMatch(
        /^\[\{"HostIp":"127\.0\.0\.1","HostPort":"\d+"\}\]$/,
      )
      const { stdout } = await docker(['ps', '--format', '{{.Ports}}', '--no-trunc'])
      expect(stdout).toContain('127.0.0.1:18080->80/tcp')
      expect(stdout).toContain('[::1]:18080->80/tcp')
      expect(stdout).toContain('127.0.0.1:18083->83/udp')
      expect(stdout).toContain('0.0.0.0:18090->90/tcp')
      const { stdout: events } = await docker([
        ...['events', '--since', '10m', '--until', '0s', '--filter', 'container=asked'],
        ...['--format', '{{json .}}'],
      ])
      expect(events).toContain('"Action":"start"')
      expect(events).not.toContain('dev.berth')
    })

    test.each([() => '/var/run/docker.sock', socketPath])(
      'a container that is given the engine’s socket finds itself there',
      async (path) => {
        const { code, stdout, stderr } = await docker([
          ...['run', '--rm', '-v', '/:/guest:ro', '-v', `${path()}:/engine.sock`],
          ...[
            'busybox',
            'sh',
            '-c',
            `${guestDocker} -H unix:///engine.sock ps --format {{.Names}}`,
          ],
        ])
        expect(code, stderr).toBe(0)
        expect(stdout.split('\n')).toContain('asked')
      },
    )

    test.runIf(full)('a second "compose up" changes nothing', async () => {
      const project = join(folder, 'project')
      await mkdir(project)
      const service = 'image: busybox\n    command: sleep 1000\n    ports: ["127.0.0.1:18100:80"]'
      await writeFile(join(project, 'compose.yaml'), `services:\n  web:\n    ${service}\n`)
      const compose = ['compose', '--project-directory', project]
      const up = await docker([...compose, 'up', '-d'])
      expect(up.code, up.stderr).toBe(0)
      const before = (await docker([...compose, 'ps', '-q'])).stdout
      const again = await docker([...compose, 'up', '-d'])
      expect(again.stderr).not.toMatch(/Recreate|Starting/)
      expect((await docker([...compose, 'ps', '-q'])).stdout).toBe(before)
      const { stdout } = await docker([...compose, 'port', 'web', '80'])
      expect(stdout).toBe('127.0.0.1:18100\n')
      expect((await docker([...compose, 'down', '-t', '0'])).code).toBe(0)
    })

    test.runIf(full)('an image goes out and comes back through it', async () => {
      const file = join(folder, 'image.tar')
      expect((await docker(['save', '-o', file, 'busybox'])).code).toBe(0)
      const { code, stdout } = await docker(['load', '-i', file])
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'Loaded image: busybox:latest\n' })
    })

    test('the label that keeps it is not told, and others are', async () => {
      await docker(['rm', '-f', 'labelled'])
      const words = ['--name', 'labelled', '--label', 'a=b', '-p', '127.0.0.1:18095:95']
      expect((await docker(['create', ...words, 'busybox', 'true'])).code).toBe(0)
      const { stdout } = await docker(['inspect', '-f', '{{json .Config.Labels}}', 'labelled'])
      expect(JSON.parse(stdout)).toEqual({ a: 'b' })
      const listed = await docker([
        'ps',
        '-a',
        '--filter',
        'name=labelled',
        '--format',
        '{{.Labels}}',
      ])
      expect(listed.stdout).toBe('a=b\n')
      await docker(['rm', 'labelled'])
    })

    test('a command ends with its program while its stdin is held open', async () => {
      for (const words of [
        ['exec', '-i', 'asked'],
        ['run', '--rm', '-i', 'busybox'],
      ]) {
        const { code, stdout } = await docker.holding(
          [...words, 'sh', '-c', 'read x; echo $x'],
          'it\n',
        )
        expect({ code, stdout }).toEqual({ code: 0, stdout: 'it\n' })
      }
    })

    test.runIf(full)('a thousand clients that leave, leave nothing open in the guest', async () => {
      const openFiles = async () => {
        const { stdout } = await machine().exec(['sh', '-c', countFiles])
        return Number(stdout)
      }
      const before = await openFiles()
      for (let gone = 0; gone < 1000; gone += 50) {
        const clients = Array.from({ length: 50 }, () => connect({ path: socketPath() }))
        await Promise.all(clients.map((client) => once(client, 'connect')))
        for (const client of clients) client.write('GET /containers/json HTTP/1.1\r\nHost: d\r\n')
        for (const client of clients) client.destroy()
      }
      expect((await docker(['ps'])).code).toBe(0)
      // A few are the client's own that is asking just now.
      await vi.waitFor(async () => expect(await openFiles()).toBeLessThan(before + 10), 60_000)
    })

    test.runIf(full)('ten thousand connections leave neither files nor memory behind', async () => {
      const client = createEngineClient(socketPath())
      const ping = () => client.text({ path: '/_ping' })
      const pings = async (count: number) => {
        for (let done = 0; done < count; done += 50)
          expect(await Promise.all(Array.from({ length: 50 }, ping))).toEqual(Array(50).fill('OK'))
      }
      const used = async () => ({
        here: (await readdir('/proc/self/fd')).length,
        guest: Number((await machine().exec(['sh', '-c', countFiles])).stdout),
        bytes: memoryInUse(),
      })
      // What is made once is made now.
      await pings(1000)
      const before = await used()
      await pings(9000)
      const after = await used()
      expect(after.here).toBeLessThan(before.here + 10)
      expect(after.guest).toBeLessThan(before.guest + 10)
      expect(after.bytes - before.bytes).toBeLessThan(16 * 1024 ** 2)
    })

    test.runIf(full)('two hundred commands at once are all answered', async () => {
      const client = createEngineClient(socketPath())
      const one = async (index: number) => {
        const { Id } = await client.json(
          {
            ...{ method: 'POST', path: '/containers/asked/exec' },
            body: { AttachStdout: true, Tty: true, Cmd: ['echo', `number ${index}`] },
          },
          (made: { Id: string }) => made,
        )
        const body = { Tty: true }
        return text(await client.hijack({ method: 'POST', path: `/exec/${Id}/start`, body }))
      }
      const said = await Promise.all(Array.from({ length: 200 }, (_, index) => one(index)))
      expect(said).toEqual(said.map((_, index) => `number ${index}\r\n`))
    })

    test('stdin ends for an exec whose output goes on', async () => {
      const bytes = randomBytes(2_000_000)
      const { stdout } = await docker(
        ['exec', '-i', 'asked', 'sh', '-c', 'sha256sum; sleep 1; echo later'],
        bytes,
      )
      const sum = createHash('sha256').update(bytes).digest('hex')
      expect(stdout).toBe(`${sum}  -\nlater\n`)
    })

    test.runIf(full)('an upload of six minutes is not cut off', { timeout: 500_000 }, async () => {
      expect(await trickle(socketPath(), 360)).toBe(200)
      const { stdout } = await docker(['exec', 'asked', 'wc', '-c', '/slow'])
      expect(stdout).toBe(`${360 * 512} /slow\n`)
    })
  })
}

/** Of this process, without what is only waiting to be collected. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Of the ssh server and the engine, all connections included. */
const countFiles = 'for p in $(pidof sshd sshd-session dockerd); do ls /proc/$p/fd; done | wc -l'

/** The guest's own client, from within a container that has nothing but busybox. */
const guestDocker = [
  '$(ls /guest/usr/lib64/ld-linux-* /guest/usr/lib/ld-linux-* 2>/dev/null | head -n 1)',
  '--library-path $(echo /guest/usr/lib/*-linux-gnu) /guest/usr/bin/docker',
].join(' ')

/** Sends a file of nothing, 512 bytes each second, into the container; resolves with the answer's status. */
async function trickle(socketPath: string, seconds: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const path = '/containers/asked/archive?path=/'
  const call = request({ socketPath, path, method: 'PUT', agent: false }, (answer) => {
    answer.resume()
    resolve(answer.statusCode ?? 0)
  })
  call.on('error', reject)
  call.write(toTarHeader({ name: 'slow', size: seconds * 512 }))
  let sent = 0
  const timer = setInterval(() => {
    call.write(Buffer.alloc(512))
    sent++
    if (sent < seconds) return
    clearInterval(timer)
    call.end(tarEnd)
  }, 1000)
  return promise
}
