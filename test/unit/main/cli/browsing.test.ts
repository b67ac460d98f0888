import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { runCli } from '../../../../main/cli/run.ts'
import { openControl } from '../../../../main/control/server.ts'
import { createSay } from '../../../../main/words/words.ts'
import { type FakeApp, startFakeApp } from '../../../support/fake-app.ts'
import { openHubSearch } from '../../../support/hub-search.ts'

async function berth(...args: string[]) {
  const told = { stdout: '', stderr: '' }
  const code = await runCli(args, {
    ...{ env: {}, say: createSay('en'), isTerminal: false },
    write: (text) => (told.stdout += text),
    writeError: (text) => (told.stderr += text),
  })
  return { code, ...told }
}
afterEach(() => vi.unstubAllEnvs())

/** An app that the CLI finds; it ends with the test. */
async function serve(searchBase?: string): Promise<FakeApp> {
  const fake = await startFakeApp(searchBase === undefined ? {} : { searchBase })
  const control = await openControl(fake.app)
  onTestFinished(async () => {
    await control[Symbol.asyncDispose]()
    await fake[Symbol.asyncDispose]()
  })
  vi.stubEnv('BERTH_HOME', fake.app.paths.home)
  vi.stubEnv('XDG_RUNTIME_DIR', fake.app.paths.home)
  return fake
}

test('Docker Hub is searched, for people and for programs', async () => {
  await using hub = await openHubSearch()
  await serve(hub.base)
  const found = await berth('search', 'nginx')
  expect(found.code).toBe(0)
  expect(found.stdout.split('\n')[0]).toBe('nginx  ★ 20400  official  Official build of Nginx.')
  expect(JSON.parse((await berth('search', 'nginx', '--json')).stdout)).toHaveLength(2)
  expect((await berth('search', 'nothing')).stdout).toContain('nothing for “nothing”')
})

test('the tags of a repository are told, the newest first', async () => {
  const server = createServer((_request, response) =>
    response.end(JSON.stringify({ tags: ['1.9', '1.10', 'latest'] })),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const name = `127.0.0.1:${(server.address() as AddressInfo).port}/me/app`
  await serve()
  expect(await berth('tags', name)).toEqual({ code: 0, stdout: 'latest\n1.10\n1.9\n', stderr: '' })
  expect(JSON.parse((await berth('tags', name, '--json')).stdout)).toEqual({
    tags: ['latest', '1.10', '1.9'],
  })
})

test('what cannot be asked for is wrong usage', async () => {
  await serve()
  expect(await berth('tags')).toMatchObject({ code: 2 })
  expect(await berth('search')).toMatchObject({ code: 2 })
  expect(await berth('tags', 'Not/A/Name')).toMatchObject({
    ...{ code: 2, stderr: expect.stringContaining('no name of a repository') as string },
  })
})
