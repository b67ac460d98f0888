import { defineShortcuts } from '@nuxt/ui/composables/defineShortcuts'

type Keys = Record<string, PageKey | { usingInput: boolean; handler: PageKey }>
type PageKey = (event: KeyboardEvent) => unknown

/**
 * How long the first key of two ("g h") waits for its second, in milliseconds. It is the page's clock that counts: a
 * page that is busy just then hears the second key late.
 */
const chainDelay = 2000

/** Keys of a page. They rest while a dialog or a menu stands over it, whose keys they would be. */
export function usePageKeys(keys: Keys): void {
  const toGuarded = (act: PageKey) => (event: KeyboardEvent) => {
    if (!isCovered()) act(event)
  }
  defineShortcuts(
    Object.fromEntries(
      Object.entries(keys).map(([key, what]) => [
        key,
        typeof what === 'function'
          ? toGuarded(what)
          : { usingInput: what.usingInput, handler: toGuarded(what.handler) },
      ]),
    ),
    { chainDelay },
  )
}

/** Whether the keys are those of something that stands over the page, or of a terminal in it. */
function isCovered(): boolean {
  if (document.querySelector('[role=dialog], [role=alertdialog]')) return true
  return Boolean(document.activeElement?.closest('[role=menu], [role=listbox], .xterm'))
}
