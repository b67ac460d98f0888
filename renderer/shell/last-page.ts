import { watch } from 'vue'
import { useRouter } from 'vue-router'
import { useRemembered } from '../composables/useRemembered.ts'
import { useMemoryStore } from '../stores/memory.ts'

/** Opens the window on the page where it was left, unless its address asks for another. */
export function useLastPage(): void {
  const router = useRouter()
  const memory = useMemoryStore()
  const last = useRemembered('page', '/')
  let following = location.hash === '' || location.hash === '#/'

  const follow = () => {
    if (following && last.value !== '/') void router.replace(last.value)
  }
  follow()
  // A new browser knows nothing of it before the app has answered.
  watch(
    () => memory.loaded,
    () => {
      follow()
      following = false
    },
    { once: true },
  )
  // Whoever was quicker than the first page has said where to go.
  router.beforeEach((to) => {
    if (to.path !== '/') following = false
  })
  router.afterEach((to, from) => {
    if (from.matched.length === 0 && to.path === '/') return
    following = false
    last.value = to.path
  })
}
