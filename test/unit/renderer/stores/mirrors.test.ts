import { expect, it } from 'vitest'
import { type MirrorTest, stream } from '#api'
import { useMirrorsStore } from '../../../../renderer/stores/mirrors.ts'
import { openWindow } from '../../../support/window-stores.ts'

it.each([[undefined], ['ghcr.io']])('a test of %s waits for each endpoint', async (registry) => {
  const { app, use } = await openWindow()
  const asked: unknown[][] = []
  const gate = Promise.withResolvers<undefined>()
  const test = (...args: unknown[]) => {
    asked.push(args)
    return stream<MirrorTest>(async (push) => {
      await push({ registry: 'ghcr.io', url: 'https://ghcr.io', at: 1 })
      await gate.promise
    })
  }
  Object.assign(app.api.mirrors, { test })
  const store = use(useMirrorsStore)
  await expect.poll(() => store.snapshot?.registries.length).toBe(6)
  const own = { registry: 'ghcr.io', url: 'https://ghcr.io' }
  const done = store.test(registry)
  expect(store.isWaiting(own)).toBe(true)
  expect(store.isWaiting({ registry: 'quay.io', url: 'https://quay.io' })).toBe(!registry)
  await expect.poll(() => store.isWaiting(own)).toBe(false)
  expect(store.testing.size).toBe(registry ? 1 : 6)
  gate.resolve(undefined)
  await done
  expect(store.testing.size).toBe(0)
  expect(asked).toEqual([[registry]])
})
