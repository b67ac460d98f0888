import { useEventListener } from '@vueuse/core'
import { type Ref, onMounted } from 'vue'

/** What is between a part of the page and the body, from the part itself up. */
type Path = readonly HTMLElement[]

/**
 * Keeps keys from going nowhere. When what had the focus goes (a button with its row, a page with its link, the line
 * of a menu that opened a dialog), the focus moves to the nearest thing around it that can have it; where that is a
 * place (`data-focus-place`), to its chief part (`data-focus-first`). A button that is only switched off has it back.
 */
export function useFocusKeeper(): void {
  let onPage: Path = []
  useEventListener(document, 'focusin', ({ target }) => {
    if (target instanceof HTMLElement && target.closest('#app')) onPage = toPath(target)
  })
  useEventListener(document, 'focusout', ({ target, relatedTarget }) => {
    if (relatedTarget || !(target instanceof HTMLElement)) return
    const path = toPath(target)
    // A menu or a dialog that closes gives the focus back itself, a moment after it has gone.
    setTimeout(() => {
      if (!isNowhere()) return
      if (target.matches(':disabled')) returnTo(target)
      else if (!target.isConnected && !focusNear(path)) focusNear(onPage)
    })
  })
}

/** The chief part of a page takes the focus when it comes later than the page itself. */
export function useArrival(part: Readonly<Ref<HTMLElement | null>>): void {
  onMounted(() => {
    const { activeElement } = document
    if (activeElement?.matches(places) && activeElement.contains(part.value))
      part.value?.focus({ preventScroll: true })
  })
}

const places = '[data-focus-place]'

function isNowhere(): boolean {
  return document.activeElement === null || document.activeElement === document.body
}

function toPath(element: HTMLElement): Path {
  const path: HTMLElement[] = []
  for (let at: HTMLElement | null = element; at && at !== document.body; at = at.parentElement)
    path.push(at)
  return path
}

function focusNear(path: Path): boolean {
  return path.some((element) => {
    if (!element.isConnected) return false
    const isPlace = element.matches(places)
    const part = isPlace ? element.querySelector<HTMLElement>('[data-focus-first]') : null
    const wanted = part ?? element
    wanted.focus({ preventScroll: true })
    return document.activeElement === wanted
  })
}

/** Waits until the button can be pressed again, unless its user has gone on meanwhile. */
function returnTo(button: HTMLElement): void {
  const watch = new MutationObserver(() => {
    if (button.matches(':disabled')) return
    watch.disconnect()
    if (isNowhere()) button.focus({ preventScroll: true })
  })
  watch.observe(button, { attributeFilter: ['disabled'] })
}
