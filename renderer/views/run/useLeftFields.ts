import { useEventListener } from '@vueuse/core'

/**
 * Tells of a field once it was left. A press that leaves it is let end first: a complaint that appears in between would
 * push away what is being pressed.
 */
export function useLeftFields(tell: (field: string) => void): (event: FocusEvent) => void {
  let isPressed = false
  let waiting: string[] = []

  const settle = () => {
    isPressed = false
    for (const field of waiting) tell(field)
    waiting = []
  }
  useEventListener(window, 'pointerdown', () => (isPressed = true), { capture: true })
  // The click comes between the end of the press and the next frame.
  const options = { capture: true }
  const onEnd = () => void requestAnimationFrame(settle)
  useEventListener(window, ['pointerup', 'pointercancel'], onEnd, options)

  return ({ target }) => {
    const field = target instanceof Element ? target.closest('[data-field]') : null
    const name = field?.getAttribute('data-field')
    if (!name) return
    if (isPressed) waiting.push(name)
    else tell(name)
  }
}
