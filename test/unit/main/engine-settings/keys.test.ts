import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { engineKeyGroups } from '#api'
import en from '../../../../assets/locales/en.json' with { type: 'json' }
import { checkText } from '../../../../main/engine-settings/check-text.ts'
import { engineKeyList, keyRows } from '../../../../main/engine-settings/keys.ts'

const ownFile = new URL('../../../../vm/image/rootfs/usr/lib/berth/daemon.json', import.meta.url)
const own = JSON.parse(readFileSync(ownFile, 'utf8')) as Record<string, unknown>
const settable = engineKeyList.filter(({ group }) => group !== 'ours')

test('no key is there twice, and each is in a group', () => {
  expect(keyRows.size).toBe(engineKeyList.length)
  for (const { group } of engineKeyList) expect(engineKeyGroups).toContain(group)
})

test('what is told as a key’s standard is what Berth writes for it', () => {
  for (const [key, value] of Object.entries(own)) {
    const row = keyRows.get(key)
    expect(row, key).toBeDefined()
    if (row?.group === 'ours' || key === 'features') continue
    expect(JSON.parse(row?.standard ?? 'null'), key).toEqual(value)
  }
})

test('each standard, and each choice, is one that the key may have', () => {
  for (const { key, standard, choices = [] } of settable) {
    const values = [
      ...(standard === undefined ? [] : [standard]),
      ...choices.map((one) => JSON.stringify(one)),
    ]
    for (const value of values)
      expect(checkText(`{"${key}": ${value}}`), key).toHaveProperty('settings')
  }
})

/** On SIGHUP the engine leaves a key that is no longer in its file as it was. */
test('each key that is reloaded has its standard in the file, or is reset by the engine', () => {
  const reset = ['max-concurrent-downloads', 'max-concurrent-uploads', 'max-download-attempts']
  const live = engineKeyList.filter(({ isLive }) => isLive).map(({ key }) => key)
  expect(live.filter((key) => !reset.includes(key)).toSorted()).toEqual(
    Object.keys(own)
      .filter((key) => live.includes(key))
      .toSorted(),
  )
})

test('each key is explained', () => {
  const words: Record<string, string> = en.engineKey
  expect(Object.keys(words).toSorted()).toEqual(settable.map(({ key }) => key).toSorted())
})

test('what the engine makes its default bridge of waits for containers to end', () => {
  const held = engineKeyList.filter(({ needsIdle }) => needsIdle).map(({ key }) => key)
  expect(held.toSorted()).toEqual([
    ...['bip', 'bip6', 'bridge', 'default-gateway', 'default-gateway-v6', 'fixed-cidr'],
    ...['fixed-cidr-v6', 'icc', 'ip-masq', 'ipv6', 'mtu'],
  ])
})
