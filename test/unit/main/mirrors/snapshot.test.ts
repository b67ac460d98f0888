import { expect, test } from 'vitest'
import { Health } from '../../../../main/mirrors/health.ts'
import { ServedHistory } from '../../../../main/mirrors/served.ts'
import { toRegistries } from '../../../../main/mirrors/snapshot.ts'
import { RegistryFailure } from '../../../../main/registry/failure.ts'

const mirror = { registry: 'docker.io', url: 'https://a.example', enabled: true }

test('what an endpoint rests for is told, and not what failed last', () => {
  const health = new Health(() => 1000)
  const known = { mirrors: [mirror], health, served: new ServedHistory(), tests: new Map() }
  const shown = () => toRegistries({ ...known, now: 1000 })[0]?.endpoints[0]
  expect(shown()).not.toHaveProperty('restsFor')
  health.bad(mirror, new RegistryFailure('lied', 'other bytes'))
  health.bad(mirror, new RegistryFailure('proxy', 'away', { proxy: 'http://a:1' }))
  const lie = { code: 'registry-lied', params: { host: 'a.example' }, details: ['other bytes'] }
  const proxy = { code: 'registry-proxy-named' }
  const faults = [{ error: proxy }, { error: lie }]
  expect(shown()).toMatchObject({ state: 'resting', restsFor: lie, faults })
  health.forgiveWay()
  expect(shown()).toMatchObject({ state: 'resting', restsFor: lie, faults })
})
