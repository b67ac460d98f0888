import { expect, it, vi } from 'vitest'
import type { ReclaimPlan } from '#api'
import { useReclaimStore } from '../../../../renderer/stores/reclaim.ts'
import { openWindow } from '../../../support/window-stores.ts'

const soon = <T>(check: () => T) => vi.waitFor(check, { interval: 2, timeout: 5000 })

async function openPlan() {
  const window = await openWindow()
  await soon(() => expect(window.connection.state.value).toBe('open'))
  const store = window.use(useReclaimStore)
  store.show()
  await soon(() => expect(store.phase).toBe('choosing'))
  const { plan } = store
  if (!plan) throw new Error('no plan')
  return { ...window, store, plan }
}
const volumesOf = (plan: ReclaimPlan) =>
  plan.items.find(({ kind }) => kind === 'volumes')?.things.map(({ id }) => id)

it('keeps how it ended until its page was shown', async () => {
  const { store, plan } = await openPlan()
  store.begin(plan, [{ kind: 'build-cache' }])
  store.hide()
  await soon(() => expect(store.phase).toBe('over'))
  store.show()
  expect(store.phase).toBe('over')
  expect(store.run?.after).toBeDefined()
  store.hide()
  store.show()
  expect(store.phase).toBe('looking')
})

it('keeps why it could not be begun until its page was shown', async () => {
  const { store, plan } = await openPlan()
  store.begin({ ...plan, id: 'of another time' }, [{ kind: 'build-cache' }])
  store.hide()
  await soon(() => expect(store.phase).toBe('failed'))
  store.show()
  expect(store.failure).toMatchObject({ code: 'reclaim-stale' })
})

it('does what was chosen of the plan that was shown, though another was made meanwhile', async () => {
  const { store, plan, engine } = await openPlan()
  const shown = volumesOf(plan) ?? []
  engine.store.volumes.set('late', {
    ...{ name: 'late', driver: 'local', labels: {}, createdAt: 0, size: 1 },
  })
  await store.look()
  expect(volumesOf(store.plan ?? plan)).toContain('late')
  store.begin(plan, [{ kind: 'volumes' }])
  expect(store.plan).toBe(plan)
  await soon(() => expect(store.phase).toBe('over'))
  expect(shown.some((name) => engine.store.volumes.has(name))).toBe(false)
  expect(engine.store.volumes.has('late')).toBe(true)
})
