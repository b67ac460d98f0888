import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createAgents } from '../../../../main/registry/agents.ts'
import { createRegistryClient } from '../../../../main/registry/client.ts'
import { RegistryFailure } from '../../../../main/registry/failure.ts'
import { toBrowseError } from '../../../../main/registries/browse-error.ts'
import { createBrowser } from '../../../../main/registries/browser.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A registry that answers like this, under the name of another; both end with the test. */
async function browse(answer: Answer, options: { hasMirrors?: boolean } = {}) {
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const agents = createAgents()
  onTestFinished(() => {
    agents[Symbol.dispose]()
    server.closeAllConnections()
    server.close()
  })
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return createBrowser({
    client: createRegistryClient({ agents, credentialsFor: () => undefined }),
    ...{ basesOf: () => [`${base}/v2`], searchBase: `${base}/v1`, platform: 'linux/arm64' },
    hasMirrors: () => options.hasMirrors ?? false,
  })
}

const json =
  (value: unknown, headers = {}): Answer =>
  (_request, response) =>
    response.writeHead(200, headers).end(JSON.stringify(value))
const status =
  (code: number): Answer =>
  (_request, response) =>
    response.writeHead(code).end()

test('tags come over many pages, and are sorted as one list', async () => {
  const asked: string[] = []
  const browser = await browse(({ url = '' }, response) => {
    asked.push(url)
    const page = Number(/p=(\d)/.exec(url)?.[1] ?? 0)
    const link = page < 2 ? { link: `</v2/x?p=${page + 1}>; rel="next"` } : {}
    response.writeHead(200, link).end(JSON.stringify({ tags: [`1.${page}`, `0.${page}`] }))
  })
  expect(await browser.tags('r.example/me/app')).toEqual({
    tags: ['1.2', '1.1', '1.0', '0.2', '0.1', '0.0'],
  })
  expect(asked).toEqual([
    '/v2/me/app/tags/list?n=1000',
    '/v2/me/app/tags/list?p=1',
    '/v2/me/app/tags/list?p=2',
  ])
})

test('who leads on and on is followed ten pages, and then asked for more', async () => {
  let page = 0
  const browser = await browse((_request, response) => {
    page += 1
    const link = `</v2/x?p=${page}>; rel="next"`
    response.writeHead(200, { link }).end(JSON.stringify({ tags: [`1.${page}`] }))
  })
  const first = await browser.tags('r.example/app')
  expect(first).toMatchObject({ next: 'p=10' })
  expect(first.tags).toHaveLength(10)
  expect((await browser.tags('r.example/app', { after: 'p=10' })).tags[0]).toBe('1.20')
})

test('who leads round in a circle is left', async () => {
  const browser = await browse(json({ tags: ['1'] }, { link: '<?last=1>; rel="next"' }))
  expect(await browser.tags('r.example/app')).toEqual({ tags: ['1'] })
})

test('what is no name is no tag and no repository', async () => {
  const names = ['ok', '<img src=x onerror=alert(1)>', '../x', 1, null, 'a b', '\u202egpj.exe']
  const browser = await browse(json({ tags: names, repositories: names }))
  expect(await browser.tags('r.example/app')).toEqual({ tags: ['ok'] })
  expect(await browser.repositories('r.example')).toEqual({ repositories: ['ok'] })
})

test('a repository of which all tags are gone has none', async () => {
  const browser = await browse(json({ name: 'app', tags: null }))
  expect(await browser.tags('r.example/app')).toEqual({ tags: [] })
})

test.each<[string, Answer]>([
  ['a page of HTML', (_request, response) => response.end('<html>Log in to this network</html>')],
  ['half of an answer', (_request, response) => response.end('{"tags":["1"')],
  ['another shape', json({ tags: 'all' })],
  ['no object', json(42)],
  ['a book', (_request, response) => response.end(' '.repeat(9 * 1024 ** 2))],
])('%s is no answer of a registry', async (_what, answer) => {
  const browser = await browse(answer)
  await expect(browser.tags('r.example/app')).rejects.toMatchObject({
    ...{ code: 'registry-garbled', params: { host: 'r.example' } },
  })
})

test.each([
  ['r.example', 404, 'registry-no-catalog'],
  ['r.example', 405, 'registry-no-catalog'],
  ['r.example', 401, 'registry-catalog-denied'],
  ['r.example', 403, 'registry-catalog-denied'],
  ['ghcr.io', 403, 'registry-no-catalog'],
  ['r.example', 429, 'ask-limited'],
  ['r.example', 503, 'ask-busy'],
])('%s, which answers %i to who wants its list, is told as %s', async (registry, code, told) => {
  const browser = await browse(status(code))
  await expect(browser.repositories(registry)).rejects.toMatchObject({ code: told })
})

test.each([404, 401, 301])('a search that is answered by %i is told as one', async (code) => {
  const browser = await browse(status(code))
  await expect(browser.search('redis')).rejects.toMatchObject({ code: 'search-refused' })
})

test('Docker Hub is not asked for a list of all that it has', async () => {
  let asked = 0
  const browser = await browse((_request, response) => {
    asked += 1
    response.end()
  })
  await expect(browser.repositories('docker.io')).rejects.toMatchObject({
    ...{ code: 'registry-no-catalog', params: { registry: 'docker.io' } },
  })
  expect(asked).toBe(0)
})

test('a registry that is out of reach is told with its mirrors, which are not asked', async () => {
  const rude: Answer = ({ socket }) => void socket.destroy()
  const [without, behind] = [await browse(rude), await browse(rude, { hasMirrors: true })]
  await expect(without.tags('r.example/app')).rejects.toMatchObject({ code: 'ask-cut' })
  await expect(behind.tags('r.example/app')).rejects.toMatchObject({
    ...{ code: 'registry-behind-mirrors', params: { registry: 'r.example' } },
  })
  await expect(behind.search('x')).rejects.toMatchObject({ code: 'ask-cut' })
})

test.each([
  ['proxy', 'registry-proxy-named'],
  ['proxy-refused', 'registry-proxy-refused'],
] as const)('a proxy that is in the way is told as that, mirrors or not: %s', (fault, code) => {
  const failure = new RegistryFailure(fault, 'why', { proxy: 'http://a:1' })
  const asked = {
    what: 'tags',
    registry: 'r.example',
    repository: 'app',
    hasMirrors: true,
  } as const
  expect(toBrowseError(failure, asked)).toMatchObject({
    ...{ code, params: { host: 'r.example', proxy: 'http://a:1' } },
  })
})

const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`
const amd64 = digestOf('amd64')

/** An index of two platforms, of which only that for arm64 is there, and of what built them. */
function indexed(): { answer: Answer; asked: string[] } {
  const config = JSON.stringify({
    os: 'linux',
    architecture: 'arm64',
    created: '2026-01-02T03:04:05Z',
  })
  const image = JSON.stringify({
    schemaVersion: 2,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(config) },
    layers: [{ size: 10 }, { size: 20 }, { size: 'many' }],
  })
  const entry = (digest: string, architecture: string, more = {}) => ({
    ...{ digest, platform: { os: 'linux', architecture }, ...more },
  })
  const about = { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }
  const index = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      entry(amd64, 'amd64'),
      entry(digestOf(image), 'arm64', {
        platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
      }),
      entry(digestOf('about'), 'amd64', about),
      entry('sha256:short', 'amd64'),
    ],
  })
  const there = new Map([
    [digestOf(config), config],
    [digestOf(image), image],
    ['1', index],
  ])
  const asked: string[] = []
  const answer: Answer = ({ url = '' }, response) => {
    const name = url.slice(url.lastIndexOf('/') + 1)
    asked.push(name)
    const body = there.get(name)
    response.writeHead(body === undefined ? 404 : 200).end(body)
  }
  return { answer, asked }
}

test('a platform that cannot be looked into is named all the same', async () => {
  const browser = await browse(indexed().answer)
  const { kind, platforms } = await browser.tag('r.example/app:1')
  expect(kind).toBe('index')
  expect(platforms).toEqual([
    { platform: 'linux/amd64', digest: amd64 },
    {
      ...{ platform: 'linux/arm64/v8', digest: expect.stringContaining('sha256:') as string },
      ...{ bytes: 30, layers: 3, createdAt: Date.parse('2026-01-02T03:04:05Z') },
    },
  ])
})

test('at Docker Hub, which counts each look, only what would be pulled is looked into', async () => {
  const { answer, asked } = indexed()
  const browser = await browse(answer)
  const { platforms } = await browser.tag('app:1')
  expect(platforms.map(({ bytes }) => bytes)).toEqual([undefined, 30])
  expect(asked).not.toContain(amd64)
  expect(asked).toHaveLength(3)
})

test('a manifest of other bytes than its digest is not believed', async () => {
  const browser = await browse(json({ schemaVersion: 2, layers: [] }))
  await expect(browser.tag(`r.example/app@${amd64}`)).rejects.toMatchObject({
    code: 'registry-lied',
  })
})

test('what is no image is told as that', async () => {
  const config = { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: amd64 }
  const browser = await browse(json({ schemaVersion: 2, config, layers: [{ size: 7 }] }))
  expect(await browser.tag('r.example/chart:1')).toMatchObject({
    ...{ kind: 'other', platforms: [{ platform: '', bytes: 7 }] },
  })
})

test('the search asks for what was typed, and for nothing without', async () => {
  const asked: (string | undefined)[] = []
  const browser = await browse(({ url }, response) => {
    asked.push(url)
    response.end(JSON.stringify({ results: [{ name: 'nginx', star_count: 3 }] }))
  })
  expect(await browser.search(' nginx ')).toEqual([
    { name: 'nginx', description: '', stars: 3, official: false },
  ])
  await expect(browser.search('  ')).rejects.toMatchObject({ code: 'search-term-invalid' })
  await expect(browser.search('x'.repeat(101))).rejects.toMatchObject({
    code: 'search-term-invalid',
  })
  expect(asked).toEqual(['/v1/search?q=nginx&n=25'])
})

test.each(['Me/App', 'r.example/../v1', 'r.example/a?b'])('%s is asked of nobody', async (name) => {
  const browser = await browse(() => expect.unreachable())
  await expect(browser.tags(name)).rejects.toMatchObject({ code: 'repository-name-invalid' })
  await expect(browser.tag(name)).rejects.toMatchObject({ code: 'repository-name-invalid' })
})
