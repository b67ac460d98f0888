import { type ShallowRef, computed, onScopeDispose, reactive, shallowRef, watch } from 'vue'
import { createFrame } from '../../frame.ts'
import { type LogQuery, toExpression } from '../../log/log-query.ts'
import { createLogSearch, type LogSearch } from '../../log/log-search.ts'
import type { LogStore } from '../../log/log-store.ts'

const sliceMs = 8

/** Looking for something in a log: in slices, so that typing and scrolling go on in between. */
export function useLogSearch(store: LogStore, version: Readonly<ShallowRef<number>>) {
  const query = reactive<LogQuery>({ text: '', regex: false, matchCase: false, word: false })
  const search = shallowRef<LogSearch>()
  /** Grows when more has been found. */
  const found = shallowRef(0)
  const searching = shallowRef(false)
  const channel = new MessageChannel()

  const parsed = computed(() => {
    try {
      return { expression: toExpression(query), wrong: false }
    } catch {
      return { expression: undefined, wrong: true }
    }
  })
  // Drawing what has been found costs more than a slice of looking for it.
  const told = createFrame(() => (found.value += 1))
  const work = () => {
    const done = search.value?.work(sliceMs) ?? true
    searching.value = !done
    if (done) told.now()
    else told.ask()
    // A message and not a timer: browsers make nested timers wait.
    if (!done) channel.port2.postMessage(undefined)
  }
  channel.port1.onmessage = work
  watch(
    () => parsed.value.expression,
    (expression) => {
      search.value = expression && createLogSearch(store, expression)
      work()
    },
  )
  watch(version, () => {
    if (search.value && !searching.value) work()
  })
  onScopeDispose(() => {
    told.cancel()
    channel.port1.close()
    channel.port2.close()
  })
  return {
    query,
    search,
    found,
    searching,
    expression: computed(() => parsed.value.expression),
    wrong: computed(() => parsed.value.wrong),
    count: computed(() => (found.value, version.value, search.value?.count ?? 0)),
  }
}
