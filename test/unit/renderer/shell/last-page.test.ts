import { createMemoryHistory, createRouter } from 'vue-router'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { useLastPage } from '../../../../renderer/shell/last-page.ts'
import { useMemoryStore } from '../../../../renderer/stores/memory.ts'
import { keepInBrowser } from '../../../support/browser-storage.ts'
import { startFakeApp } from '../../../support/fake-app.ts'
import { openWindowOn } from '../../../support/window-stores.ts'

const soon = <T>(check: () => T) => vi.waitFor(check, { interval: 5, timeout: 5000 })

/** A window at an address, whose app remembers a page. */
async function openAt(hash: string, remembered: { inApp?: string; inBrowser?: string } = {}) {
  const kept = keepInBrowser()
  vi.stubGlobal('location', { hash })
  const { inApp, inBrowser } = remembered
  const fake = await startFakeApp({ stepMs: 1 })
  onTestFinished(() => fake[Symbol.asyncDispose]())
  if (inApp !== undefined) await fake.app.api.app.remember('page', JSON.stringify(inApp))
  if (inBrowser !== undefined)
    kept.set('berth-memory', JSON.stringify({ page: JSON.stringify(inBrowser) }))
  const routes = [{ path: '/:rest(.*)*', component: {} }]
  const router = createRouter({ history: createMemoryHistory(), routes })
  const window = openWindowOn(fake, router)
  // As the browser's history does it once the router is there.
  const first = router.push(hash.replace('#', '') || '/')
  window.use(useLastPage)
  await first
  const memory = window.use(useMemoryStore)
  return { router, memory, path: () => router.currentRoute.value.path }
}

beforeEach(() => vi.unstubAllGlobals())

describe('the page that a window opens on', () => {
  it('is the one where it was left', async () => {
    const { path } = await openAt('', { inBrowser: '/images' })
    await soon(() => expect(path()).toBe('/images'))
  })

  it('is known by the app, where the browser is a new one', async () => {
    const { path } = await openAt('#/', { inApp: '/containers' })
    expect(path()).toBe('/')
    await soon(() => expect(path()).toBe('/containers'))
  })

  it('is the one that its address asks for', async () => {
    const { path, memory } = await openAt('#/settings', { inApp: '/containers' })
    await soon(() => expect(memory.loaded).toBe(true))
    expect(path()).toBe('/settings')
  })

  it('is the one that was gone to meanwhile', async () => {
    const { path, memory, router } = await openAt('', { inApp: '/containers' })
    await router.push('/commands')
    await soon(() => expect(memory.loaded).toBe(true))
    expect(path()).toBe('/commands')
  })

  it('is remembered with every step, the way home included', async () => {
    const { router, memory } = await openAt('')
    await router.push('/images')
    expect(memory.texts['page']).toBe('"/images"')
    await router.push('/')
    expect(memory.texts['page']).toBe('"/"')
  })
})
