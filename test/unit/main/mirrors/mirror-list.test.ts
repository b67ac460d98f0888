import { expect, test } from 'vitest'
import type { MirrorSetting } from '#api'
import {
  addMirror,
  checkMirror,
  enableMirror,
  orderMirrors,
  removeMirror,
  toUsableMirrors,
} from '../../../../main/mirrors/mirror-list.ts'

const hub = (name: string, enabled = true): MirrorSetting => ({
  registry: 'docker.io',
  url: `https://${name}.example`,
  enabled,
})
const quay: MirrorSetting = { registry: 'quay.io', url: 'https://a.example', enabled: true }

test('a mirror is added behind the others and is on', () => {
  expect(addMirror([hub('a')], { registry: 'docker.io', url: ' https://b.example ' })).toEqual([
    hub('a'),
    hub('b'),
  ])
})

test.each(['https://a.example', 'https://a.example/', 'https://a.example/v2/'])(
  'one that is there already is refused, also as %s',
  (url) => {
    expect(() => addMirror([hub('a')], { registry: 'docker.io', url })).toThrow(
      expect.objectContaining({ code: 'mirror-there' }),
    )
  },
)

test('one address may be a mirror of two registries', () => {
  expect(addMirror([quay], { registry: 'docker.io', url: quay.url })).toHaveLength(2)
})

test.each(['localhost:5000', 'https://ghcr.io', 'a/b', ''])(
  '%j is no registry that can have mirrors',
  (registry) => {
    expect(() => checkMirror({ registry, url: quay.url })).toThrow(
      expect.objectContaining({ code: 'mirror-registry-invalid' }),
    )
  },
)

test('it is switched off and on, and goes, of its own registry alone', () => {
  const off = enableMirror([hub('a'), quay], hub('a'), false)
  expect(off).toEqual([hub('a', false), quay])
  expect(removeMirror(off, hub('a'))).toEqual([quay])
})

test('it is of the registry that is meant, whatever that is called by', () => {
  const other = { ...hub('a'), registry: 'Index.docker.io' }
  expect(addMirror([], other)).toEqual([hub('a')])
  expect(toUsableMirrors([other])).toEqual([hub('a')])
  expect(removeMirror([other, quay], hub('a'))).toEqual([quay])
  const order = orderMirrors([other, hub('b')], 'docker.io', [hub('b').url])
  expect(order).toEqual([hub('b'), other])
})

test('what is not there cannot be changed', () => {
  for (const change of [
    () => removeMirror([quay], hub('a')),
    () => enableMirror([quay], hub('a'), false),
  ])
    expect(change).toThrow(expect.objectContaining({ code: 'mirror-missing' }))
})

test('an order counts for its registry, and who is not named comes last', () => {
  const list = [hub('a'), quay, hub('b'), hub('c')]
  const urls = ['https://c.example', 'https://nowhere.example', 'https://a.example']
  expect(orderMirrors(list, 'docker.io', urls)).toEqual([hub('c'), quay, hub('a'), hub('b')])
})
