/**
 * What a menu does with the focus once it has faded: nothing, where a line of it opened a dialog. Giving it back to
 * the page would make the dialog fetch it again and select what was typed meanwhile, and the next letter would
 * replace it.
 */
export function onCloseAutoFocus(event: Event): void {
  if (document.querySelector('[role="dialog"]')) event.preventDefault()
}
