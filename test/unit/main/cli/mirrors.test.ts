import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { MirroredRegistry, MirrorTest } from '#api'
import { runCli } from '../../../../main/cli/run.ts'
import { openControl } from '../../../../main/control/server.ts'
import { createSay } from '../../../../main/words/words.ts'
import { startFakeApp } from '../../../support/fake-app.ts'
import { openSmallRegistry, pullBy } from '../../../support/small-registry.ts'

async function berth(...args: string[]) {
  const told = { stdout: '', stderr: '' }
  const code = await runCli(['mirrors', ...args], {
    ...{ env: {}, say: createSay('en'), isTerminal: false },
    write: (text) => (told.stdout += text),
    writeError: (text) => (told.stderr += text),
  })
  return { code, ...told }
}

function live(home: string) {
  vi.stubEnv('BERTH_HOME', home)
  vi.stubEnv('XDG_RUNTIME_DIR', home)
}
afterEach(() => vi.unstubAllEnvs())

describe('while the app does not run', () => {
  let home: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'berth-mirrors-'))
    live(home)
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  test('mirrors are added, ordered, switched off and removed in the file', async () => {
    expect((await berth('list')).stdout).toContain('No mirrors')
    await berth('add', 'https://docker.m.daocloud.io')
    await berth('add', 'https://b.example', '--for', 'ghcr.io')
    expect(await berth('add', 'https://c.example')).toMatchObject({
      code: 0,
      stdout: 'https://c.example is asked for images of docker.io from now on.\n',
    })
    const first = 'https://c.example'
    expect((await berth('order', first, '--for', 'docker.io')).stdout).toMatch(
      /c\.example[^]*daocloud/,
    )
    expect((await berth('disable', first)).code).toBe(0)
    expect((await berth('list')).stdout).toMatch(
      /^docker\.io\n {2}https:\/\/c\.example +off\n.+not used yet, DaoCloud\n.+the registry itself\nghcr\.io\n/,
    )
    expect((await berth('enable', first)).code).toBe(0)
    expect((await berth('remove', 'https://b.example', '--for', 'ghcr.io')).code).toBe(0)
    const { mirrors } = JSON.parse(await readFile(join(home, 'settings.json'), 'utf8')) as {
      mirrors: { url: string; enabled: boolean }[]
    }
    expect(mirrors.map(({ url, enabled }) => [url, enabled])).toEqual([
      ['https://c.example', true],
      ['https://docker.m.daocloud.io', true],
    ])
    const json = JSON.parse((await berth('list', '--json')).stdout) as MirroredRegistry[]
    expect(json[0]?.endpoints).toHaveLength(3)
  })

  test('a test needs the app', async () => {
    const { code, stderr } = await berth('test')
    expect([code, stderr]).toEqual([3, expect.stringContaining('not running')])
  })

  test.each<[number, string[], string]>([
    [2, ['add'], 'berth mirrors list'],
    [2, ['add', 'https://a.example', 'https://b.example'], 'berth mirrors list'],
    [2, ['order'], 'berth mirrors list'],
    [2, ['polish'], 'berth mirrors list'],
    [2, ['add', 'a.example'], 'a.example is no address of a mirror'],
    [2, ['add', 'https://a.example', '--for', 'localhost:1'], 'localhost:1 is no name'],
    [1, ['remove', 'https://a.example'], 'is no mirror of docker.io'],
  ])('ends with %i for %j', async (expected, args, words) => {
    const { code, stderr } = await berth(...args)
    expect([code, stderr]).toEqual([expected, expect.stringContaining(words)])
  })
})

test('a test by the app that runs fails only when nobody passed', async () => {
  const registry = 'registry.invalid'
  await using stack = new AsyncDisposableStack()
  const place = stack.use(await openSmallRegistry())
  const mirrors = [{ registry, url: place.url, enabled: true }]
  const fake = stack.use(await startFakeApp({ stepMs: 0, settings: { mirrors } }))
  stack.use(await openControl(fake.app))
  live(fake.app.paths.home)
  await pullBy(fake.app.paths.pullAddress, registry, 'team/tool')
  expect((await berth('list')).stdout).toMatch(/127\.0\.0\.1:\d+ +good, 300 kB/)
  const good = await berth('test', '--for', registry)
  expect(good.code).toBe(0)
  expect(good.stdout).toMatch(/✓ registry\.invalid {2}http:\/\/127\.0\.0\.1:\d+ {2}\d+ ms, .+B\/s/)
  expect(good.stdout).toMatch(/✗ registry\.invalid {2}https:\/\/registry\.invalid\n {4}\S/)
  place.status = 500
  const bad = await berth('test', '--for', registry, '--json')
  const results = JSON.parse(bad.stdout) as MirrorTest[]
  expect([bad.code, results.map(({ error }) => !!error)]).toEqual([1, [true, true]])
})
