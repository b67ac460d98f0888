/** The row that a part of it belongs to. */
export function toRow(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('tr[data-id]') : null
}

/** Opens the one menu of a list below a button of a row, as a right click there would. */
export function openMenuAt({ currentTarget }: MouseEvent): void {
  const row = toRow(currentTarget)
  if (row && currentTarget instanceof Element) openAt(row, currentTarget)
}

/** Opens it below the name of the row that keys are about. */
export function openMenuOf(id: string): void {
  const all = [...document.querySelectorAll<HTMLElement>('tr[data-id]')]
  const row = all.find((element) => element.dataset['id'] === id)
  if (row) openAt(row, row.querySelector('a, button') ?? row)
}

function openAt(row: HTMLElement, place: Element): void {
  const { left, bottom } = place.getBoundingClientRect()
  const at = { clientX: left, clientY: bottom }
  row.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...at }))
}
