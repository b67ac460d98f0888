import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ReclaimPlan } from '#api'
import { runCli } from '../../../../main/cli/run.ts'
import { openControl } from '../../../../main/control/server.ts'
import { createSay } from '../../../../main/words/words.ts'
import { type FakeApp, startFakeApp } from '../../../support/fake-app.ts'

let fake: FakeApp
let control: AsyncDisposable

async function berth(...args: string[]) {
  const told = { stdout: '', stderr: '' }
  const code = await runCli(['reclaim', ...args], {
    ...{ env: {}, say: createSay('en'), isTerminal: false },
    write: (text) => (told.stdout += text),
    writeError: (text) => (told.stderr += text),
  })
  return { code, ...told }
}

beforeAll(async () => {
  fake = await startFakeApp({ stepMs: 0 })
  control = await openControl(fake.app)
  const { home } = fake.app.paths
  vi.stubEnv('BERTH_HOME', home)
  vi.stubEnv('XDG_RUNTIME_DIR', home)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await control[Symbol.asyncDispose]()
  await fake[Symbol.asyncDispose]()
})

test('shows the plan and does nothing', async () => {
  const { code, stdout } = await berth('--dry-run', '--yes', '--include', 'volumes')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^✓ build-cache +1\.97 GB +6 {2}Build cache$/m)
  expect(stdout).toMatch(/^✓ volumes +979 MB +2 /m)
  expect(stdout).toMatch(/^ {2}containers +336 MB +4 /m)
  expect(stdout).toContain('berth reclaim --yes')
  expect(fake.engine.store.volumes.has('scratch')).toBe(true)
})

test('tells a kind and a thing that are none', async () => {
  const { code, stderr } = await berth('--only', 'everything')
  expect(code).toBe(2)
  expect(stderr).toContain('everything is none of: containers, dangling-images')
})

test.each([
  ['--yes', '--only', 'containers,volumes:nobody'],
  ['--include', 'volumes:nobody'],
  ['--json', '--only', 'volumes:scratch,volumes:nobody'],
])('a name that is none is refused before anything is done: %s %s %s', async (...args) => {
  const before = fake.engine.store.containers.size
  const { code, stdout, stderr } = await berth(...args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('nothing named nobody among volumes')
  expect(fake.engine.store.containers.size).toBe(before)
})

test('a thing is known by its short id, and its size counts', async () => {
  const plan = JSON.parse((await berth('--json')).stdout) as ReclaimPlan
  const stopped = plan.items.find(({ kind }) => kind === 'containers')?.things[0]
  const short = stopped?.id.slice(0, 12) ?? ''
  const { code, stdout } = await berth('--only', `containers:${short}`)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^[1-9].* would be freed/m)
})

test('does what is ticked, and what is named besides', async () => {
  const { code, stdout } = await berth('--yes', '--include', 'volumes:scratch')
  expect({ code, stdout }).toMatchObject({ code: 0 })
  const { volumes, buildCache } = fake.engine.store
  expect([volumes.has('scratch'), volumes.has('legacy_mysql-data'), buildCache.size]).toEqual([
    ...[false, true, 1],
  ])
  expect(stdout).toMatch(/^✓ Build cache: 1\.97 GB$/m)
  expect(stdout).toMatch(/^Disk file: .+ GB → .+ GB$/m)
})

test('ends with 1 when a step has failed, as JSON too', async () => {
  fake.machine.reclaim.broken.add('trim')
  const { code, stdout } = await berth('--yes', '--json', '--only', 'trim')
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({
    steps: [{ kind: 'trim', state: 'failed', error: { code: 'reclaim-guest' } }],
    after: expect.any(Object),
  })
})
