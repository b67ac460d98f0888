import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { useRemembered } from '../../../../renderer/composables/useRemembered.ts'
import { useMemoryStore } from '../../../../renderer/stores/memory.ts'
import { startFakeApp } from '../../../support/fake-app.ts'
import { keepInBrowser } from '../../../support/browser-storage.ts'
import { openWindowOn } from '../../../support/window-stores.ts'

const soon = <T>(check: () => T) => vi.waitFor(check, { interval: 5, timeout: 5000 })

async function startApp() {
  const fake = await startFakeApp({ stepMs: 1 })
  onTestFinished(() => fake[Symbol.asyncDispose]())
  return fake
}

let kept: Map<string, string>
beforeEach(() => {
  kept = keepInBrowser()
})

describe('what a window remembers', () => {
  it('is kept by the app, for windows that know nothing yet', async () => {
    const fake = await startApp()
    const here = openWindowOn(fake)
    const folded = here.use(() => useRemembered('folded', false))
    folded.value = true
    expect(folded.value).toBe(true)
    await soon(async () => expect(await fake.app.api.app.memory()).toEqual({ folded: 'true' }))

    kept.clear()
    const there = openWindowOn(fake)
    const memory = there.use(useMemoryStore)
    expect(there.use(() => useRemembered('folded', false)).value).toBe(false)
    await soon(() => expect(memory.loaded).toBe(true))
    expect(there.use(() => useRemembered('folded', false)).value).toBe(true)
  })

  it('is there before the app has answered, from what the browser kept', async () => {
    const fake = await startApp()
    kept.set('berth-memory', '{"width":"240"}')
    const { use } = openWindowOn(fake)
    expect(use(() => useRemembered('width', 200)).value).toBe(240)
    expect(use(useMemoryStore).loaded).toBe(false)
  })

  it('is what the app says when the two differ', async () => {
    const fake = await startApp()
    await fake.app.api.app.remember('width', '300')
    kept.set('berth-memory', '{"width":"240"}')
    const { use } = openWindowOn(fake)
    const width = use(() => useRemembered('width', 200))
    await soon(() => expect(width.value).toBe(300))
  })

  it('reaches the app after all when a window was closed before it was told', async () => {
    const fake = await startApp()
    const here = openWindowOn(fake)
    here.line.down = true
    here.use(() => useRemembered('order', 'name')).value = 'age'
    await fake.app.api.app.remember('order', '"size"')

    const { use } = openWindowOn(fake)
    expect(use(() => useRemembered('order', 'name')).value).toBe('age')
    await soon(async () => expect(await fake.app.api.app.memory()).toEqual({ order: '"age"' }))
    await soon(() => expect(kept.get('berth-memory-unsaved')).toBe('{}'))
  })

  it.each(['{', 'null', '[]', '{"width":240}', '"text"'])(
    'begins plain when the browser kept %s',
    async (text) => {
      const fake = await startApp()
      kept.set('berth-memory', text)
      const { use } = openWindowOn(fake)
      expect(use(() => useRemembered('width', 200)).value).toBe(200)
    },
  )

  it('works without room in the browser', async () => {
    const fake = await startApp()
    vi.spyOn(localStorage, 'setItem').mockImplementation(() => {
      throw new Error('no room')
    })
    const width = openWindowOn(fake).use(() => useRemembered('width', 200))
    width.value = 240
    expect(width.value).toBe(240)
    await soon(async () => expect(await fake.app.api.app.memory()).toEqual({ width: '240' }))
  })
})

describe('a remembered value', () => {
  it.each<[string, unknown, unknown]>([
    ['{"a":1}', { a: 0 }, { a: 1 }],
    ['["a"]', { a: 0 }, { a: 0 }],
    ['{"0":"a"}', ['b'], ['b']],
    ['null', { a: 0 }, { a: 0 }],
    ['"240"', 200, 200],
    ['{', 200, 200],
  ])('of %s is, where %j is expected, %j', async (text, initial, expected) => {
    const fake = await startApp()
    kept.set('berth-memory', JSON.stringify({ thing: text }))
    expect(openWindowOn(fake).use(() => useRemembered('thing', initial)).value).toEqual(expected)
  })

  it('is asked whether it is one of those that there are', async () => {
    const fake = await startApp()
    kept.set('berth-memory', JSON.stringify({ sort: '"weight"' }))
    const isSort = (value: unknown) => value === 'name' || value === 'age'
    const sort = openWindowOn(fake).use(() => useRemembered('sort', 'name', isSort))
    expect(sort.value).toBe('name')
  })
})
