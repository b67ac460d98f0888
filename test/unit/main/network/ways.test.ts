import { describe, expect, test } from 'vitest'
import { toShown } from '../../../../main/network/proxy-server.ts'
import {
  createWays,
  type NetworkSettings,
  sourceOf,
  unusableProxies,
  type WaysParts,
} from '../../../../main/network/ways.ts'

const standard: NetworkSettings = {
  ...{ proxyMode: 'system', httpProxy: '', httpsProxy: '', noProxy: '', authorities: [] },
}

function create(
  parts: Partial<Omit<WaysParts, 'settings'>> & { settings?: Partial<NetworkSettings> },
) {
  const made: WaysParts = {
    ...{ env: {}, ...parts },
    settings: { current: { ...standard, ...parts.settings } },
  }
  const ways = createWays(made)
  return {
    source: sourceOf(made),
    to: async (url: string) =>
      (await ways.to(new URL(url))).map(({ proxy }) => (proxy ? toShown(proxy) : '')),
    raw: (url: string) => ways.to(new URL(url)),
  }
}
const system = { resolve: () => Promise.resolve('PROXY pac.example:1; DIRECT') }
const env = { HTTP_PROXY: 'http://env.example:2', https_proxy: 'tls.example:3' }

describe('an address is reached', () => {
  test.each([
    ['none', {}, ['']],
    ['environment', { env }, ['http://tls.example:3']],
    ['environment', { env, system }, ['http://tls.example:3']],
    ['environment', { env: { ALL_PROXY: 'socks5://all.example' } }, ['socks5://all.example:1080']],
    ['environment', { env: { ...env, NO_PROXY: 'a.example' } }, ['']],
    ['system', { system }, ['http://pac.example:1', '']],
    ['none', { env, system, settings: { proxyMode: 'direct' as const } }, ['']],
    ['none', { env, settings: { proxyMode: 'manual' as const } }, ['']],
    [
      'settings',
      {
        env,
        system,
        settings: { proxyMode: 'manual' as const, httpProxy: 'http://own.example:4' },
      },
      ['http://own.example:4'],
    ],
  ])('by way of %s: %j', async (source, parts, ways) => {
    const made = create(parts)
    expect([made.source, await made.to('https://a.example/')]).toEqual([source, ways])
  })

  test('by the proxy of its scheme', async () => {
    const settings = {
      ...{ proxyMode: 'manual' as const, noProxy: '.direct.example' },
      ...{ httpProxy: 'http://h.example:1', httpsProxy: 'http://s.example:2' },
    }
    const { to } = create({ settings })
    expect(await to('http://a.example/')).toEqual(['http://h.example:1'])
    expect(await to('https://a.example/')).toEqual(['http://s.example:2'])
    expect(await to('https://a.direct.example/')).toEqual([''])
  })

  test.each(['http://localhost:1/', 'http://127.0.0.1/', 'http://[::1]/', 'http://0.0.0.0/'])(
    'without a proxy when it is this computer: %s',
    async (url) => expect(await create({ env }).to(url)).toEqual(['']),
  )

  test('without a proxy when the system cannot say', async () => {
    const failing = { resolve: () => Promise.reject(new Error('no script')) }
    expect(await create({ system: failing }).to('https://a.example/')).toEqual([''])
  })

  test('by no way when the system names only what we do not speak', async () => {
    const odd = { resolve: () => Promise.resolve('SOCKS4 a:1') }
    expect(await create({ system: odd }).to('https://a.example/')).toEqual([])
  })

  test('with the login that is kept for its proxy, whoever has named it', async () => {
    const kept = new Map([['http://pac.example:1', { username: 'mia', password: 'x' }]])
    const made = create({
      system,
      logins: { get: (proxy) => Promise.resolve(kept.get(proxy)) },
    })
    expect((await made.raw('https://a.example/'))[0]?.proxy?.login?.username).toBe('mia')
    kept.clear()
    expect((await made.raw('https://a.example/'))[0]?.proxy?.login).toBeUndefined()
  })
})

test('variables that name no proxy that we can use are told by name', () => {
  const bad = {
    HTTP_PROXY: 'http://user:50%off@proxy:8080',
    https_proxy: 'gopher://a',
    ALL_PROXY: '',
  }
  expect(unusableProxies(bad)).toEqual(['HTTP_PROXY', 'https_proxy'])
})
