import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { HostPort, Settings } from '#api'
import { EngineChanges } from '../../../main/engine/changes.ts'
import { createEngineClient, type EngineClient } from '../../../main/engine/client.ts'
import { createLocalPorts } from '../../../main/ports/local-ports.ts'
import { Ports } from '../../../main/ports/ports.ts'
import type { Machine } from '../../../vm/index.ts'
import { createDockerCli, type DockerCli } from '../../support/docker-cli.ts'

const silentLog = { file: '', write: () => undefined, failure: () => undefined }
const settings = { current: { publishTo: 'loopback' } as Settings, onChange: () => () => undefined }
/** Says back what it is told, in lines, for any number of callers. */
const echo = ['nc', '-ll', '-p', '80', '-e', 'cat']
const startMs = 120_000
/** The engine itself takes a second or so for each under emulation. */
const count = process.env['BERTH_TEST_FULL'] === '1' ? 100 : 10

/** Published ports on a real machine. The image `busybox` must be there. */
export function portRows(machine: () => Machine, socketPath: () => string): void {
  describe('published ports', () => {
    const host = createLocalPorts()
    let docker: DockerCli
    let client: EngineClient
    let changes: EngineChanges
    let ports: Ports

    const open = () =>
      new Ports({ machine: machine(), client, changes, settings, host, log: silentLog })
    const free = (protocol: 'tcp' | 'udp' = 'tcp') =>
      host.findFree({ protocol, address: '127.0.0.1' })
    const waitFor = (wanted: (found: readonly HostPort[]) => boolean) =>
      vi.waitFor(() => expect(wanted(ports.current), JSON.stringify(ports.current)).toBe(true), {
        timeout: 30_000,
        interval: 5,
      })
    const run = async (name: string, args: readonly string[], command: readonly string[]) => {
      onTestFinished(async () => {
        await docker(['rm', '-f', name])
      })
      const { code, stderr } = await docker([
        'run',
        '-d',
        '--name',
        name,
        ...args,
        'busybox',
        ...command,
      ])
      expect(code, stderr).toBe(0)
    }

    beforeAll(async () => {
      docker = await createDockerCli(socketPath())
      client = createEngineClient(socketPath())
      changes = new EngineChanges(client, silentLog)
      ports = open()
      changes.open()
    })
    afterAll(async () => {
      await ports[Symbol.asyncDispose]()
      changes.close()
      await docker[Symbol.asyncDispose]()
    })

    test(
      'are reached over IPv4 and ::1 while the container runs',
      { timeout: startMs },
      async () => {
        const port = await free()
        const [started, opened] = [when(changes, 'start'), whenOpen(ports, port)]
        await run('web', ['-p', `${port}:80`], echo)
        // Five times the bar: it is emulated, and the computer is busy.
        expect((await opened) - (await started)).toBeLessThan(500)
        await vi.waitFor(async () => expect(await say('127.0.0.1', port, 'hello')).toBe('hello'))
        expect(await say('::1', port, 'over six')).toBe('over six')

        await docker(['pause', 'web'])
        expect(ports.current).toMatchObject([{ state: 'open', port }])
        await docker(['unpause', 'web'])
        await docker(['restart', '-t', '1', 'web'])
        await waitFor(([one]) => one?.state === 'open')
        await docker(['stop', '-t', '1', 'web'])
        await waitFor((found) => found.length === 0)
        await vi.waitFor(async () => {
          expect(await host.probe({ protocol: 'tcp', address: '127.0.0.1', port })).toBeUndefined()
          expect(await host.probe({ protocol: 'tcp', address: '::1', port })).toBeUndefined()
        })
      },
    )

    test('carry datagrams', { timeout: startMs }, async () => {
      const port = await free('udp')
      await run('udp', ['-p', `${port}:80/udp`], ['sleep', '1000'])
      await waitFor(([one]) => one?.state === 'open')
      // Nothing in busybox answers datagrams, but the kernel counts those that nobody waits for.
      const arrived = async () => {
        await sayByDatagram(port)
        const { stdout } = await docker(['exec', 'udp', 'cat', '/proc/net/snmp'])
        return Number(
          stdout
            .split('\n')
            .findLast((line) => line.startsWith('Udp:'))
            ?.split(' ')[2],
        )
      }
      await vi.waitFor(async () => expect(await arrived()).toBeGreaterThan(0), 30_000)
    })

    test('a range is open as a whole', { timeout: startMs * 2 }, async () => {
      const first = await freeRange(host, count)
      await run(
        'range',
        ['-p', `${first}-${first + count - 1}:1000-${999 + count}`],
        ['sleep', '1000'],
      )
      await waitFor((found) => found.length === count && found.every((one) => one.state === 'open'))
    })

    test(
      'a port that is taken names who has it, and is bound when it is free',
      { timeout: startMs },
      async () => {
        const port = await free()
        const other = await listen(port)
        await run('late', ['-p', `${port}:80`], echo)
        await waitFor(([one]) => one?.state === 'taken')
        expect(ports.current).toMatchObject([{ holder: { pid: process.pid, name: 'node' } }])
        const [{ containerId } = { containerId: '' }] = ports.current
        const made = await ports.forward({ containerId, containerPort: 80 })
        await vi.waitFor(async () =>
          expect(await say('127.0.0.1', made.port, 'round')).toBe('round'),
        )
        other.close()
        await waitFor((found) => found.every((one) => one.state === 'open'))
        expect(await say('127.0.0.1', port, 'at last')).toBe('at last')
        await ports.unforward(made.id)
      },
    )

    test('one that is not published is reached by a forward', { timeout: startMs }, async () => {
      await run('inner', [], echo)
      const { stdout } = await docker(['inspect', '-f', '{{.Id}}', 'inner'])
      const made = await ports.forward({ containerId: stdout.trim(), containerPort: 80 })
      await vi.waitFor(async () => expect(await say('127.0.0.1', made.port, 'in')).toBe('in'))
      expect(await say('::1', made.port, 'in by six')).toBe('in by six')
      await ports.unforward(made.id)
    })

    test('outlive the app, and the next one goes on with them', { timeout: startMs }, async () => {
      const [port, stray] = [await free(), await free()]
      await run('kept', ['-p', `${port}:80`], echo)
      await waitFor(([one]) => one?.state === 'open')
      await ports[Symbol.asyncDispose]()
      expect(await say('127.0.0.1', port, 'still')).toBe('still')
      await machine().forwards.add({
        protocol: 'tcp',
        address: '127.0.0.1',
        port: stray,
        guestPort: 9,
      })
      ports = open()
      await waitFor(([one]) => one?.state === 'open')
      expect(await say('127.0.0.1', port, 'again')).toBe('again')
      expect((await machine().forwards.list()).map((one) => one.port)).toEqual([port])
    })
  })
}

function when(changes: EngineChanges, action: string): Promise<number> {
  return new Promise((resolve) => {
    changes.on('container', (event) => {
      if (event.action === action) resolve(performance.now())
    })
  })
}

async function whenOpen(ports: Ports, port: number): Promise<number> {
  for await (const news of ports.watch()) {
    const found = 'all' in news ? news.all : news.changed
    if (found.some((one) => one.port === port && one.state === 'open')) return performance.now()
  }
  throw new Error('the stream has ended')
}

/** Resolves with what comes back; the guest accepts before the program inside listens, and hangs up then. */
async function say(host: string, port: number, words: string): Promise<string> {
  const socket = connect({ host, port, allowHalfOpen: true })
  socket.end(words)
  return text(socket)
}

async function sayByDatagram(port: number): Promise<void> {
  const socket = createSocket('udp4')
  const sent = Promise.withResolvers<undefined>()
  socket.send('hello', port, '127.0.0.1', () => {
    sent.resolve(undefined)
  })
  await sent.promise
  socket.close()
}

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** The first of so many that are free, one after the other. */
async function freeRange(
  host: ReturnType<typeof createLocalPorts>,
  count: number,
): Promise<number> {
  for (let first = 21_000; first < 32_000; first += count) {
    const places = Array.from({ length: count }, (_, index) => ({
      ...{ protocol: 'tcp' as const, address: '127.0.0.1', port: first + index },
    }))
    const refusals = await Promise.all(places.map((place) => host.probe(place)))
    if (refusals.every((refusal) => refusal === undefined)) return first
  }
  throw new Error('no range is free')
}
