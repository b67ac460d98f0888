import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createEngineClient } from '../../../../main/engine/client.ts'
import { Containers } from '../../../../main/engine/containers.ts'
import { Stats } from '../../../../main/engine/stats.ts'
import { addContainer } from '../../../support/fake-engine/make.ts'
import { reading, withEngine, type WithEngine } from './with-engine.ts'

function services({ client, changes }: WithEngine) {
  return new Containers(client, changes, new Stats(client, changes))
}

describe('a verb', () => {
  test.each([
    ['half', undefined],
    ['close', 'engine-unreachable'],
    ['html-500', 'engine-refused'],
    [{ status: 500, message: 'something new' }, 'engine-refused'],
    [{ status: 409, message: 'in the middle of something' }, 'container-busy'],
    [{ status: 404, message: 'No such container: web' }, 'container-missing'],
    [{ status: 409, message: 'container 12ab is not running' }, 'container-not-running'],
  ] as const)('that is answered by %j ends, and is named', async (fault, code) => {
    await using fixture = await withEngine()
    addContainer(fixture.engine.store, { name: 'web', image: 'nginx', age: 1 })
    fixture.engine.breakNext('/containers/web', fault)
    const told = services(fixture).pause('web')
    await expect(told).rejects.toMatchObject({ code: code ?? 'engine-unreachable' })
    const asked = fixture.engine.requests.filter((line) => line.startsWith('POST'))
    expect(asked).toEqual(['POST /containers/web/pause'])
  })

  test('shows nothing of a page that came instead of an answer', async () => {
    await using fixture = await withEngine()
    fixture.engine.breakNext('/containers/web', 'html-500')
    await expect(services(fixture).start('web')).rejects.toMatchObject({
      params: { message: 'HTTP 500' },
    })
  })

  test('says what it was told to, and nothing that it was not', async () => {
    await using fixture = await withEngine()
    const { engine } = fixture
    const web = addContainer(engine.store, { name: 'web', image: 'nginx', age: 1 })
    const containers = services(fixture)
    await containers.pause('web')
    expect(web.state).toBe('paused')
    await containers.unpause('web')
    expect(web.state).toBe('running')
    await containers.rename('web', 'site')
    expect(web.name).toBe('site')
    await containers.kill('site', 'SIGTERM')
    expect(engine.requests).toContain('POST /containers/site/kill?signal=SIGTERM')
    await containers.remove('site', { force: true })
    expect(engine.requests).toContain('DELETE /containers/site?force=true&v=false')
    expect(engine.store.containers.size).toBe(0)
  })

  test.each(['../x', 'a/b', 'a?b', '', 'a b', undefined])(
    'of a container that no engine can have (%j) is not asked at all',
    async (id) => {
      await using fixture = await withEngine()
      const told = Promise.resolve().then(() => services(fixture).start(id as never))
      await expect(told).rejects.toMatchObject({ code: 'container-missing' })
    },
  )

  test.each(['', 'rm -rf', 'SIG TERM', 'sigterm;', '999'])(
    'kills by no such signal: %j',
    async (signal) => {
      await using fixture = await withEngine()
      await expect(services(fixture).kill('web', signal)).rejects.toMatchObject({
        code: 'input-invalid',
      })
    },
  )
})

describe('a run', () => {
  test('makes a container and starts it', async () => {
    await using fixture = await withEngine()
    const { id, name } = await services(fixture).run({ image: 'nginx', name: 'web' })
    expect(name).toBe('web')
    expect(fixture.engine.store.containers.get(id)?.state).toBe('running')
  })

  test('that does not start leaves nothing behind, and names the field', async () => {
    await using fixture = await withEngine()
    const { engine } = fixture
    const message = 'driver failed: Bind for 0.0.0.0:80 failed: port is already allocated'
    engine.breakNext('/start', { status: 500, message })
    const ports = [{ containerPort: 80, protocol: 'tcp' as const, hostPort: 80 }]
    const run = services(fixture).run({ image: 'nginx', name: 'web', ports })
    await expect(run).rejects.toMatchObject({
      code: 'port-taken',
      params: { port: '80', field: 'ports.0.hostPort' },
    })
    expect(engine.store.containers.size).toBe(0)
  })

  test.each([
    ['network nosuch not found', 'network'],
    ['invalid mount config for type "bind": bind source path does not exist: /x', 'mounts'],
    ['Duplicate mount point: /a', 'mounts.1'],
    ['Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available', 'cpus'],
    ['Minimum memory limit allowed is 6MB', 'memoryBytes'],
    ['unable to find user nosuch: no matching entries in passwd file', 'user'],
    [
      'OCI runtime create failed: exec: "nosuch": executable file not found in $PATH: unknown',
      'command',
    ],
    ['could not select device driver "" with capabilities: [[gpu]]', 'gpus'],
    ['no space left on device', undefined],
  ])('refused with “%s” is about %s', async (message, field) => {
    await using fixture = await withEngine()
    fixture.engine.breakNext('/start', { status: 400, message })
    const mounts = ['/a', '/a', '/b'].map((target) => ({ kind: 'tmpfs' as const, target }))
    await expect(services(fixture).run({ image: 'nginx', mounts })).rejects.toMatchObject({
      code: 'engine-refused',
      params: { message, ...(field !== undefined && { field }) },
    })
  })
})

describe('a look inside', () => {
  test('tells processes and changes', async () => {
    await using fixture = await withEngine()
    addContainer(fixture.engine.store, { name: 'web', image: 'nginx', age: 1 })
    const { titles, rows } = await services(fixture).processes('web')
    expect(titles).toContain('PID')
    expect(rows[0]).toHaveLength(titles.length)
    expect(await services(fixture).changes('web')).toEqual([])
  })

  test('of one that does not run is told as that', async () => {
    await using fixture = await withEngine()
    addContainer(fixture.engine.store, { name: 'off', image: 'nginx', age: 1, state: 'exited' })
    await expect(services(fixture).processes('off')).rejects.toMatchObject({
      code: 'container-not-running',
    })
  })
})

describe('a log', () => {
  test('is asked for as the window wants it', async () => {
    await using fixture = await withEngine()
    const { engine } = fixture
    addContainer(engine.store, { name: 'web', image: 'nginx', age: 60_000 })
    const since = '2026-01-02T03:04:05.123456789Z'
    for (const options of [{}, { tail: 5, follow: false }, { since, follow: false }]) {
      await using lines = reading(services(fixture).logs('web', options))
      if (!('since' in options)) await lines.take()
      else await lines.take().catch(() => undefined)
    }
    const asked = engine.requests.filter((line) => line.includes('/logs?'))
    expect(asked[0]).toMatch(/follow=true.*tail=all/)
    expect(asked[1]).toMatch(/follow=false.*tail=5/)
    expect(asked[2]).toMatch(/since=1767323045\.123456789/)
  })

  test.each([
    { tail: -1 },
    { tail: 1.5 },
    { since: 'yesterday' },
    { since: '2026-13-41T03:04:05Z' },
  ])('is not asked for by %j', async (options) => {
    await using fixture = await withEngine()
    expect(() => services(fixture).logs('web', options)).toThrow(
      expect.objectContaining({ code: 'input-invalid' }),
    )
  })
})

test('a terminal that the engine never opens is given up', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'berth-engine-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const socketPath = join(folder, 'docker.sock')
  const silent = stack.use(createServer((socket) => socket.resume()))
  await once(silent.listen(socketPath), 'listening')
  const client = createEngineClient(socketPath)
  const opened = client.hijack({ method: 'POST', path: '/exec/1/start', patienceMs: 50 })
  await expect(opened).rejects.toMatchObject({ code: 'engine-unreachable' })
})
