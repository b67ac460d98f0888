import { type ShallowRef, computed, reactive, shallowRef, watch } from 'vue'
import { type LogQuery, toExpression } from './log-query.ts'
import { createLogSearch } from './log-search.ts'
import type { LogStore } from './log-store.ts'
import { createRegexThread } from './regex-thread.ts'
import { useSearchRun } from './useSearchRun.ts'

/** Why there are no hits: the expression is none, or it takes too long. */
export type SearchFault = 'wrong' | 'slow'

/** Looking for something in a log while it grows. */
export function useLogSearch(store: LogStore, version: Readonly<ShallowRef<number>>) {
  const query = reactive<LogQuery>({ text: '', regex: false, matchCase: false, word: false })
  /** Grows when more has been found. */
  const found = shallowRef(0)
  const { search, searching, isSlow, thread, begin, goOn } = useSearchRun(found)

  const parsed = computed(() => {
    try {
      return { expression: toExpression(query), wrong: false }
    } catch {
      return { expression: undefined, wrong: true }
    }
  })
  watch(
    () => parsed.value.expression,
    (expression) => {
      begin(
        expression && createLogSearch(store, expression),
        expression && query.regex ? createRegexThread(expression) : undefined,
      )
    },
  )
  watch(version, goOn)
  return {
    query,
    search,
    found,
    searching,
    /** What to mark in a line. Of a typed expression only where it has been found: elsewhere it might never end. */
    markOf: (number: number) =>
      thread.value && search.value?.has(number) !== true ? undefined : parsed.value.expression,
    fault: computed<SearchFault | undefined>(() =>
      parsed.value.wrong ? 'wrong' : isSlow.value ? 'slow' : undefined,
    ),
    count: computed(() => (found.value, version.value, search.value?.count ?? 0)),
  }
}
