import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { HostPort, Settings } from '#api'
import { EngineChanges } from '../../../main/engine/changes.ts'
import { createEngineClient, type EngineClient } from '../../../main/engine/client.ts'
import { PortChoices } from '../../../main/ports/choices.ts'
import { createLocalPorts } from '../../../main/ports/local-ports.ts'
import { Ports } from '../../../main/ports/ports.ts'
import type { Machine } from '../../../vm/index.ts'
import { guestSshPort } from '../../../vm/qemu/args.ts'
import { createDockerCli, type DockerCli } from '../../support/docker-cli.ts'

const silentLog = { file: '', write: () => undefined, failure: () => undefined }
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

    const choices = new PortChoices()
    const settings = createSettings()
    const open = () =>
      new Ports({ machine: machine(), client, changes, settings, host, choices, log: silentLog })
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

    test('may have any number: the guest itself listens at none that anybody would publish', async () => {
      const listening = await machine().exec(['ss', '-Htlnp'])
      const own = String(listening.stdout)
        .trim()
        .split('\n')
        .filter((line) => !line.includes('"dockerd"'))
        .map((line) => line.split(/\s+/)[3])
      expect(own).toEqual([`0.0.0.0:${guestSshPort}`])
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
        const [died, closed] = [
          when(changes, 'die'),
          waitFor((found) => found.length === 0).then(() => performance.now()),
        ]
        await docker(['stop', '-t', '1', 'web'])
        expect((await closed) - (await died)).toBeLessThan(500)
        await vi.waitFor(async () => {
          expect(await host.probe({ protocol: 'tcp', address: '127.0.0.1', port })).toBeUndefined()
          expect(await host.probe({ protocol: 'tcp', address: '::1', port })).toBeUndefined()
        })
      },
    )

    test(
      'are on the addresses that were asked, and on no other when the rest is for the network',
      { timeout: startMs * 2 },
      async () => {
        const [open, closed, both] = [await free(), await free(), await free()]
        settings.set('lan')
        onTestFinished(() => settings.set('loopback'))
        const asked = [`${open}:80`, `127.0.0.1:${closed}:80`]
        for (const address of ['127.0.0.1', '127.0.0.2']) asked.push(`${address}:${both}:80`)
        const words = asked.flatMap((one) => ['-p', one])
        await run('asked-ports', words, echo)
        await waitFor((found) => found.length === 4 && found.every((one) => one.state === 'open'))
        await vi.waitFor(async () => expect(await say('127.0.0.1', closed, 'up')).toBe('up'))
        expect(await say('127.0.0.2', both, 'the second')).toBe('the second')
        for (const address of ['127.0.0.3', ...networkAddresses()])
          for (const port of [closed, both])
            await expect(say(address, port, 'in'), address).rejects.toThrow('ECONNREFUSED')
        for (const address of networkAddresses())
          expect(await say(address, open, 'from outside')).toBe('from outside')
        settings.set('loopback')
        await waitFor((found) => found.every((one) => one.reach === 'computer'))
        for (const address of networkAddresses())
          await vi.waitFor(() => expect(say(address, open, 'in')).rejects.toThrow('ECONNREFUSED'))
        const other = await docker([
          ...['run', '-d', '--name', 'other', '-p', `127.0.0.3:${both}:80`],
          ...['busybox', ...echo],
        ])
        await docker(['rm', '-f', 'other'])
        expect(other.stderr).toContain(`port is already allocated. ${both} is taken`)
      },
    )

    test(
      'of a container that was made past us are reached on the guest’s own loopback',
      { timeout: startMs },
      async () => {
        const port = await free()
        onTestFinished(async () => {
          await docker(['rm', '-f', 'past'])
        })
        const { code, stderr } = await machine().exec([
          ...['docker', '-H', 'unix:///run/docker.sock', 'run', '-d', '--name', 'past'],
          ...['-p', `127.0.0.1:${port}:80`, 'busybox', ...echo],
        ])
        expect(code, String(stderr)).toBe(0)
        await waitFor(([one]) => one?.state === 'open')
        for (const address of ['127.0.0.1', '::1'])
          await vi.waitFor(async () => expect(await say(address, port, 'hi')).toBe('hi'))
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

function createSettings() {
  const listeners = new Set<() => void>()
  const current = { publishTo: 'loopback' } as Settings
  return {
    current,
    onChange(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    set(publishTo: Settings['publishTo']) {
      current.publishTo = publishTo
      for (const listener of listeners) listener()
    },
  }
}

/** By which others reach this computer; none on one that has no network. */
function networkAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((found) => found ?? [])
  return all.flatMap(({ internal, family, address }) =>
    internal || family !== 'IPv4' ? [] : address,
  )
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
