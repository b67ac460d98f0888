import { shallowRef, watch } from 'vue'
import type { ErrorShape } from '#api'
import { toErrorShape } from '../../api/error-shape.ts'

/** The answer to one question, which is asked anew when `key` changes; no key asks nothing. */
export function useAnswer<T>(key: () => string | undefined, ask: (key: string) => Promise<T>) {
  const answer = shallowRef<T>()
  const failure = shallowRef<ErrorShape>()

  let last = 0

  const read = async () => {
    const wanted = key()
    last += 1
    const mine = last
    answer.value = failure.value = undefined
    if (wanted === undefined) return
    try {
      const given = await ask(wanted)
      if (mine === last) answer.value = given
    } catch (error) {
      if (mine === last) failure.value = toErrorShape(error)
    }
  }
  watch(key, read, { immediate: true })
  return { answer, failure, read }
}
