import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { RegistryBrowsingApi } from '#api'
import { createAgents } from '../../main/registry/agents.ts'
import { createRegistryClient } from '../../main/registry/client.ts'
import type { Credentials } from '../../main/registry/tokens.ts'
import { createBrowser } from '../../main/registries/browser.ts'
import { type HostRegistry, startHostRegistry } from '../support/registry-lab/host-registry.ts'
import { pushImage, pushIndex } from '../support/registry-lab/registry-content.ts'
import { startTokenServer, type TokenServer } from '../support/registry-lab/token-server.ts'

// Debian's own registry is looked into as the window does it. None of these rows boots a machine.

const nameOf = ({ port }: HostRegistry) => `127.0.0.1:${port}`
const ada = { username: 'ada', password: 'a:wörd with a colon' }

/** Ends with the test. */
function browse(credentials?: Credentials): RegistryBrowsingApi {
  const agents = createAgents()
  onTestFinished(() => agents[Symbol.dispose]())
  return createBrowser({
    client: createRegistryClient({ agents, credentialsFor: () => credentials }),
    basesOf: (registry) => [`https://${registry}/v2`, `http://${registry}/v2`],
    hasMirrors: () => false,
    platform: 'linux/amd64',
  })
}

describe('a registry that is open to everybody', () => {
  let registry: HostRegistry
  beforeAll(async () => {
    registry = await startHostRegistry()
    for (const name of ['b/tool', 'a', 'c']) await pushImage(registry, `${name}:1`)
    for (const tag of ['1.9', '1.10', 'latest', '1.10.1-rc.1'])
      await pushImage(registry, `a:${tag}`, { layers: [10, 2000] })
    await pushIndex(registry, 'many:2')
  })
  afterAll(() => registry[Symbol.asyncDispose]())

  test('lists its repositories, page by page', async () => {
    const own = nameOf(registry)
    const browser = browse()
    expect(await browser.repositories(own)).toEqual({ repositories: ['a', 'b/tool', 'c', 'many'] })
    const first = await browser.repositories(own, { after: 'n=3' })
    expect(first.repositories).toEqual(['a', 'b/tool', 'c'])
    expect(await browser.repositories(own, { after: first.next ?? '' })).toEqual({
      repositories: ['many'],
    })
  })

  test('lists tags, the newest first', async () => {
    const { tags } = await browse().tags(`${nameOf(registry)}/a`)
    expect(tags).toEqual(['latest', '1', '1.10', '1.10.1-rc.1', '1.9'])
  })

  test('tells what a tag means: digest, platform, size, time', async () => {
    const image = await pushImage(registry, 'a:sized', { layers: [10, 2000] })
    const name = `${nameOf(registry)}/a`
    const details = await browse().tag(`${name}:sized`)
    const [layer] = image.layers
    expect(details).toMatchObject({ name, kind: 'image', digest: image.digest })
    expect(details.platforms).toEqual([
      {
        ...{ platform: 'linux/amd64', digest: image.digest, layers: 2 },
        bytes: image.layers.reduce((sum, { size }) => sum + size, 0),
        createdAt: expect.closeTo(Date.now(), -5) as number,
      },
    ])
    expect(layer?.size).toBeGreaterThan(0)
    expect(await browse().tag(`${name}@${image.digest}`)).toEqual(details)
  })

  test('tells each platform of an index', async () => {
    const index = await pushIndex(registry, 'many:3', { layers: [5000] })
    const details = await browse().tag(`${nameOf(registry)}/many:3`)
    expect(details).toMatchObject({ kind: 'index', digest: index.digest })
    expect(details.platforms).toMatchObject([
      { platform: 'linux/amd64', digest: index.images[0]?.digest, layers: 1 },
      { platform: 'linux/arm64', digest: index.images[1]?.digest, layers: 1 },
    ])
    for (const { bytes = 0 } of details.platforms) expect(bytes).toBeGreaterThan(5000)
  })

  test('has neither a repository nor a tag that nobody pushed', async () => {
    const own = nameOf(registry)
    await expect(browse().tags(`${own}/none`)).rejects.toMatchObject({
      code: 'repository-absent',
      params: { registry: own, name: 'none' },
    })
    await expect(browse().tag(`${own}/a:none`)).rejects.toMatchObject({
      code: 'registry-absent',
      params: { host: own },
    })
  })
})

describe('a registry whose tokens come from elsewhere', () => {
  let tokens: TokenServer
  let registry: HostRegistry
  beforeAll(async () => {
    tokens = await startTokenServer({
      users: { [ada.username]: ada.password },
      privateRepositories: ['secret/app'],
    })
    registry = await startHostRegistry({ auth: tokens.auth() })
    await pushImage(registry, 'open/app:1')
    await pushImage(registry, 'secret/app:1')
  })
  afterAll(async () => {
    await registry[Symbol.asyncDispose]()
    await tokens[Symbol.asyncDispose]()
  })

  test('shows to whoever has logged in what it shows to nobody else', async () => {
    const own = nameOf(registry)
    const [nobody, known] = [browse(), browse(ada)]
    expect(await nobody.tags(`${own}/open/app`)).toEqual({ tags: ['1'] })
    await expect(nobody.tags(`${own}/secret/app`)).rejects.toMatchObject({
      code: 'repository-denied',
    })
    await expect(nobody.tag(`${own}/secret/app:1`)).rejects.toMatchObject({
      code: 'repository-denied',
    })
    await expect(nobody.repositories(own)).rejects.toMatchObject({
      code: 'registry-catalog-denied',
      params: { registry: own },
    })
    expect(await known.tags(`${own}/secret/app`)).toEqual({ tags: ['1'] })
    expect(await known.repositories(own)).toEqual({ repositories: ['open/app', 'secret/app'] })
    expect(tokens.count({ scope: 'registry:catalog:*', user: 'ada' })).toBe(1)
  })

  test('takes no wrong password', async () => {
    const wrong = browse({ ...ada, password: 'wrong' })
    await expect(wrong.tags(`${nameOf(registry)}/secret/app`)).rejects.toMatchObject({
      code: 'repository-denied',
    })
  })
})

test('a registry that has gone is told of', async () => {
  const registry = await startHostRegistry()
  const own = nameOf(registry)
  await registry[Symbol.asyncDispose]()
  await expect(browse().tags(`${own}/a`)).rejects.toMatchObject({ code: 'registry-unreachable' })
})
