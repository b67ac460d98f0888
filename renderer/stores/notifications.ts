import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { ErrorShape, HealthLink } from '#api'

/** What happened, unworded: the language may change while it stands in the list. */
export type News =
  | { kind: 'failure'; error: ErrorShape }
  | { kind: 'transfer'; transfer: 'pull' | 'push' | 'load'; name: string; error?: ErrorShape }
  | { kind: 'repair'; link: HealthLink; mended?: ErrorShape }
  /** The guest mended or set aside something of its own. */
  | { kind: 'guestRepair'; repair: ErrorShape }
  /** The guest's kernel ended a program for want of memory. */
  | { kind: 'outOfMemory'; killed: string }
  /** In words already, of those who have no kind of their own: what came of many containers at once, say. */
  | { kind: 'note'; tone: 'success' | 'warning' | 'error'; title: string; text?: string }

export type Notice = News & {
  id: number
  /** Milliseconds since the epoch; of the last time. */
  at: number
  /** How often the same happened in a row. */
  times: number
}

const keptNotices = 200

/** Everything that the window has told its user, newest first. Toasts go; this stays until it is cleared. */
export const useNotificationsStore = defineStore('notifications', () => {
  const notices = shallowRef<readonly Notice[]>([])
  const lastSeen = shallowRef(0)
  const unread = computed(() => notices.value.filter(({ id }) => id > lastSeen.value).length)
  let lastId = 0

  const add = (news: News) => {
    lastId += 1
    const [last, ...rest] = notices.value
    const next = { ...news, id: lastId, at: Date.now(), times: 1 }
    if (last && isSame(last, news)) notices.value = [{ ...next, times: last.times + 1 }, ...rest]
    else notices.value = [next, ...notices.value.slice(0, keptNotices - 1)]
  }
  return {
    notices,
    unread,
    add,
    see: () => (lastSeen.value = lastId),
    dismiss: (id: number) => (notices.value = notices.value.filter((entry) => entry.id !== id)),
    clear: () => (notices.value = []),
  }
})

const toContent = (news: News) => JSON.stringify({ ...news, id: 0, at: 0, times: 0 })

function isSame(last: Notice, news: News): boolean {
  return toContent(last) === toContent(news)
}
