import { onScopeDispose, type Ref, shallowRef, watch } from 'vue'

/** A moment that moves on whenever one of `ends` is reached: nobody tells when a rest is over. */
export function useRestClock(ends: () => readonly number[]): Readonly<Ref<number>> {
  const now = shallowRef(Date.now())
  let timer: ReturnType<typeof setTimeout> | undefined
  const wait = () => {
    clearTimeout(timer)
    const next = Math.min(...ends().filter((end) => end > Date.now()))
    if (!Number.isFinite(next)) return
    timer = setTimeout(() => (now.value = Date.now()), next - Date.now() + 1)
  }
  watch([ends, now], wait, { immediate: true })
  onScopeDispose(() => clearTimeout(timer))
  return now
}
