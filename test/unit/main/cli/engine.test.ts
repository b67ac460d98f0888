import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { runCli } from '../../../../main/cli/run.ts'
import { openControl } from '../../../../main/control/server.ts'
import { createSay } from '../../../../main/words/words.ts'
import { type FakeApp, startFakeApp } from '../../../support/fake-app.ts'

let fake: FakeApp
let control: AsyncDisposable

async function berth(...args: string[]) {
  const told = { stdout: '', stderr: '' }
  const code = await runCli(['engine', ...args], {
    ...{ env: {}, say: createSay('en'), isTerminal: false },
    write: (text) => (told.stdout += text),
    writeError: (text) => (told.stderr += text),
  })
  return { code, ...told }
}
async function set(text: string) {
  const file = join(fake.app.paths.home, 'wanted.json')
  await writeFile(file, text)
  return await berth('set', file)
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

test('what is wrong is told by line and column, and nothing is changed', async () => {
  const { code, stdout, stderr } = await set('{\n  "debug": true,\n  "bip": "999.1.1.1/24"\n}')
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toBe(
    '3:10 bip: 999.1.1.1/24 has not the form that is needed, such as 172.17.0.1/16.\n' +
      'Nothing was changed: the engine runs on with what it had.\n',
  )
  expect((await berth()).stdout).toBe('{}\n')
})

test('what changes, and what that takes, is told first', async () => {
  const { code, stdout } = await set('{"mtu": 1400}')
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout:
      'mtu: – → 1400\nThe engine is started anew for this; containers go on.\n' +
      'The engine answers with these settings.\n',
  })
  expect(JSON.parse((await berth('--json')).stdout)).toEqual({
    ...{ text: '{"mtu": 1400}', state: 'used' },
  })
})

test('what containers that run hold back is told, too', async () => {
  fake.machine.engineSettings.hasContainers = true
  const { stdout } = await set('{"mtu": 1400, "icc": false}')
  fake.machine.engineSettings.hasContainers = false
  expect(stdout).toContain('icc will count after a restart of the machine.\n')
  await set('{"mtu": 1400}')
})

test('an engine that does not come back has what it had, and why is told', async () => {
  fake.machine.engineSettings.fails = (text) => (text.includes('10.9') ? 'no bridge' : undefined)
  const { code, stderr } = await set('{"bip": "10.9.0.1/24"}')
  expect(code).toBe(1)
  expect(stderr).toContain('did not take on the new settings (no bridge)')
  const { stdout } = await berth()
  expect(stdout).toMatch(/^\{"mtu": 1400\}\nThe engine did not take on/)
})

test('a file that is not there, and words that are none, are told', async () => {
  expect((await berth('set', '/nowhere')).code).toBe(1)
  expect((await berth('set')).code).toBe(2)
})
