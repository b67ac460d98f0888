import { expect, test } from 'vitest'
import { LayerSizes } from '../../../../main/mirrors/layer-sizes.ts'
import { presets } from '../../../../main/mirrors/presets.ts'
import { PullFailure, worst } from '../../../../main/mirrors/pull-failure.ts'
import { createPullsKnown } from '../../../../main/mirrors/pulls-known.ts'
import { ServedHistory } from '../../../../main/mirrors/served.ts'
import { RegistryFailure, type RegistryFault } from '../../../../main/registry/failure.ts'

const digest = (letter: string) => `sha256:${letter.repeat(64)}`
const toBytes = (value: unknown) => Buffer.from(JSON.stringify(value))

test('layers weigh what their manifest says; an index says nothing of them', () => {
  const sizes = new LayerSizes()
  sizes.learn(toBytes({ layers: [{ digest: digest('a'), size: 7 }] }))
  sizes.learn(toBytes({ manifests: [{ digest: digest('b'), size: 9 }] }))
  sizes.learn(toBytes({ layers: [{ digest: digest('c'), size: 'heavy' }] }))
  expect(['a', 'b', 'c'].map((one) => sizes.of(one.repeat(12)))).toEqual([7, undefined, undefined])
})

test('of layers the last few thousand are known', () => {
  const sizes = new LayerSizes()
  const toDigest = (number: number) => `sha256:${String(number).padStart(12, '0')}`
  for (let number = 0; number < 5100; number += 1)
    sizes.learn(toBytes({ layers: [{ digest: toDigest(number), size: number }] }))
  expect([sizes.of('000000000099'), sizes.of('000000000100')]).toEqual([undefined, 100])
})

test('who gave an image is known by name, the most first, and only since the pull began', () => {
  const served = new ServedHistory()
  const add = (at: number, repository: string, bytes: [string, number][]) =>
    served.add({
      ...{ at, ms: 1, bytes: new Map(bytes) },
      route: { registry: 'docker.io', repository, kind: 'blobs', reference: digest('a') },
    })
  const { url = '', name } = presets.find((one) => one.registry === 'docker.io') ?? {}
  add(1, 'library/redis', [['https://old.example', 50]])
  add(5, 'library/nginx', [['https://other.example', 50]])
  add(6, 'library/redis', [[url, 10]])
  add(7, 'library/redis', [
    [url, 5],
    ['https://registry-1.docker.io', 30],
  ])
  const known = createPullsKnown(served, new LayerSizes())
  expect(known.givers({ registry: 'docker.io', repository: 'library/redis' }, 5)).toEqual([
    { url: 'https://registry-1.docker.io', bytes: 30 },
    { url, name, bytes: 15 },
  ])
})

test.each<[string, [RegistryFault, RegistryFault], RegistryFault]>([
  ['lags, when the registry itself cannot be reached', ['absent', 'unreachable'], 'lagging'],
  ['lags, when the registry itself is down', ['absent', 'busy'], 'lagging'],
  ['is right, when the registry has it neither', ['absent', 'absent'], 'absent'],
  ['says nothing, when the registry knows better', ['unreachable', 'absent'], 'absent'],
  ['says nothing, when the registry wants a login', ['absent', 'denied'], 'denied'],
  ['says nothing, when the registry counts', ['absent', 'limited'], 'limited'],
  ['that cannot be reached itself does not lag', ['slow', 'dns'], 'dns'],
  ['is named, when it alone says why', ['limited', 'unreachable'], 'limited'],
])('a mirror without an image %s', (_what, [mirror, registry], told) => {
  const failed = (host: string, fault: RegistryFault) =>
    new PullFailure(
      {
        ...{ registry: 'r.example', url: `https://${host}`, base: `https://${host}/v2` },
        isMirror: host !== 'r.example',
      },
      new RegistryFailure(fault, ''),
    )
  const failures = [failed('m.example', mirror), failed('r.example', registry)]
  expect(worst(failures).fault).toBe(told)
  expect(worst(failures.toReversed()).fault).toBe(told)
})
