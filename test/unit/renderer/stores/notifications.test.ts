import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { useNotificationsStore } from '../../../../renderer/stores/notifications.ts'

beforeEach(() => setActivePinia(createPinia()))

const note = (title: string) => ({ kind: 'note', tone: 'warning', title }) as const

describe('notifications', () => {
  it('stand newest first, and are new until they are seen', () => {
    const store = useNotificationsStore()
    store.add(note('one'))
    store.add(note('two'))
    expect(store.notices).toMatchObject([{ title: 'two' }, { title: 'one' }])
    expect(store.unread).toBe(2)
    store.see()
    expect(store.unread).toBe(0)
    store.add(note('three'))
    expect(store.unread).toBe(1)
  })

  it('count what happens again and again, instead of filling the list with it', () => {
    const store = useNotificationsStore()
    for (let time = 0; time < 3; time += 1)
      store.add({ kind: 'failure', error: { code: 'engine-unreachable', params: {} } })
    expect(store.notices).toMatchObject([{ times: 3 }])
    store.add(note('else'))
    store.add({ kind: 'failure', error: { code: 'engine-unreachable', params: {} } })
    expect(store.notices.map(({ times }) => times)).toEqual([1, 1, 3])
  })

  it('are new again when the same happens once more', () => {
    const store = useNotificationsStore()
    store.add(note('one'))
    store.see()
    store.add(note('one'))
    expect(store.unread).toBe(1)
    expect(store.notices).toHaveLength(1)
  })

  it('keep the last two hundred', () => {
    const store = useNotificationsStore()
    for (let count = 1; count <= 250; count += 1) store.add(note(String(count)))
    expect(store.notices).toHaveLength(200)
    expect(store.notices[0]).toMatchObject({ title: '250' })
    expect(store.notices.at(-1)).toMatchObject({ title: '51' })
  })

  it('go one by one, or all at once', () => {
    const store = useNotificationsStore()
    for (const title of ['one', 'two', 'three']) store.add(note(title))
    const [, second] = store.notices
    store.dismiss(second?.id ?? 0)
    expect(store.notices).toMatchObject([{ title: 'three' }, { title: 'one' }])
    store.clear()
    expect(store.notices).toEqual([])
    expect(store.unread).toBe(0)
  })
})
