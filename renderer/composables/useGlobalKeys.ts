import { defineShortcuts } from '@nuxt/ui/composables/defineShortcuts'
import { useRouter } from 'vue-router'
import { pages } from '../shell/pages.ts'
import { useDialogsStore } from '../stores/dialogs.ts'
import { usePageKeys } from './usePageKeys.ts'
import { useRemembered } from './useRemembered.ts'

/** The keys that work on every page. While a dialog stands over the page, only the palette's does. */
export function useGlobalKeys(): void {
  const router = useRouter()
  const dialogs = useDialogsStore()
  const folded = useRemembered('sidebar-folded', false)
  defineShortcuts({
    meta_k: {
      usingInput: true,
      // In a terminal, Ctrl-K cuts the line; on a Mac nothing there wants ⌘K.
      handler: (event) => {
        if (!isInTerminal() || event.metaKey) dialogs.palette = !dialogs.palette
      },
    },
  })
  usePageKeys({
    'meta_,': { usingInput: true, handler: () => router.push('/settings') },
    meta_b: () => (folded.value = !folded.value),
    '?': () => dialogs.show({ kind: 'shortcuts' }),
    '/': focusFilter,
    ...Object.fromEntries(pages.map(({ letter, to }) => [`g-${letter}`, () => router.push(to)])),
  })
}

function isInTerminal(): boolean {
  return Boolean(document.activeElement?.closest('.xterm'))
}

/** The page's own filter or search is marked with `data-page-filter`. */
function focusFilter(): void {
  const marked = document.querySelector<HTMLElement>('[data-page-filter]')
  const input = marked?.matches('input') ? marked : marked?.querySelector('input')
  input?.focus()
  if (input instanceof HTMLInputElement) input.select()
}
