import { onScopeDispose, shallowRef, watch } from 'vue'
import { AppError, type ComposePlan } from '#api'
import { useComposeStore } from '../stores/compose.ts'

/** What a project's files say, read when `wanted` begins; Compose takes a second or more for it. */
export function useComposePlan(project: () => string, wanted: () => boolean) {
  const store = useComposeStore()
  const plan = shallowRef<ComposePlan>()
  const failure = shallowRef<AppError>()
  let last = 0

  const read = async () => {
    last += 1
    const mine = last
    plan.value = undefined
    failure.value = undefined
    try {
      const found = await store.plan(project())
      if (mine === last) plan.value = found
    } catch (error) {
      if (mine !== last) return
      failure.value = error instanceof AppError ? error : new AppError('internal', { log: '' })
    }
  }
  watch([project, wanted], () => wanted() && read(), { immediate: true })
  onScopeDispose(() => (last = -1))
  return { plan, failure, read }
}
