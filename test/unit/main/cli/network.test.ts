import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { runCli } from '../../../../main/cli/run.ts'
import { openControl } from '../../../../main/control/server.ts'
import { createSay } from '../../../../main/words/words.ts'
import { type FakeApp, startFakeApp } from '../../../support/fake-app.ts'
import { createAuthority } from '../../../support/registry-lab/certificate.ts'

let fake: FakeApp
let control: AsyncDisposable

async function berth(...args: string[]) {
  const told = { stdout: '', stderr: '' }
  const code = await runCli(['network', ...args], {
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

test('shows by which proxies this computer reaches others, and whom it trusts', async () => {
  expect((await berth()).stdout).toMatch(/^No proxy\.\n/)
  const { api } = fake.app
  await api.settings.set({ proxyMode: 'manual', httpProxy: 'http://mia:secret@127.0.0.1:1' })
  const file = join(fake.app.paths.home, 'company.pem')
  await writeFile(file, createAuthority().certificate)
  expect(await berth('trust', file)).toMatchObject({ code: 0 })
  await vi.waitFor(async () => expect((await berth()).stdout).toContain('restart-engine'))
  const { stdout } = await berth()
  expect(stdout).toMatch(/ http +http:\/\/127\.0\.0\.1:1 +as mia\n/)
  expect(stdout).toContain(
    'Logins for proxies:\n  http://127.0.0.1:1  as mia, kept until Berth ends\n',
  )
  expect(stdout).toMatch(/Berth's test authority \w+, until \d{4}-/)
  expect(stdout).not.toContain('secret')
  const { authorities } = JSON.parse((await berth('--json')).stdout) as {
    authorities: { fingerprint: string }[]
  }
  expect((await berth('distrust', authorities[0]?.fingerprint ?? '')).code).toBe(0)
  expect((await berth('logout', '127.0.0.1:1')).code).toBe(0)
  expect((await berth('restart-engine')).stdout).toContain('answers with what is set')
  expect((await berth()).stdout).toBe(
    "Proxies of Berth's own settings:\n  http   http://127.0.0.1:1\n  https  http://127.0.0.1:1\n" +
      'The engine has what is set.\n',
  )
})

test('tries an address, and ends with 1 when it is not reached', async () => {
  const { code, stdout } = await berth('test', 'registry.example')
  expect(code).toBe(1)
  expect(stdout).toMatch(
    /^✗ https:\/\/registry\.example\/\n {4}The proxy http:\/\/127\.0\.0\.1:1 did not let/,
  )
  expect((await berth('test', 'ftp://a.example')).code).toBe(2)
})

test.each([
  [['login', '127.0.0.1:1']],
  [['login', '127.0.0.1:1', '--username', 'mia']],
  [['trust']],
  [['what']],
])('says how it is used: %j', async (args) => {
  expect((await berth(...args)).code).toBe(2)
})
