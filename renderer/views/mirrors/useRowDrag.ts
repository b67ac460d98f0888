import { shallowRef } from 'vue'
import type { MirrorEndpoint } from '#api'

type Row = Pick<MirrorEndpoint, 'url'>

/** Rows that are dragged to the places of others; `urls` are those that have a place, in their order. */
export function useRowDrag(
  urls: () => readonly string[],
  onDrop: (url: string, place: number) => void,
) {
  const dragged = shallowRef<string>()
  const over = shallowRef<string>()
  const placeOf = (url: string) => {
    const at = urls().indexOf(url)
    return at < 0 ? urls().length : at
  }
  const release = () => {
    dragged.value = over.value = undefined
  }
  return {
    release,
    grab: ({ url }: Row, event: DragEvent) => {
      dragged.value = url
      event.dataTransfer?.setData('text/plain', url)
      const row = event.target instanceof HTMLElement ? event.target.closest('tr') : null
      if (row) event.dataTransfer?.setDragImage(row, 12, row.offsetHeight / 2)
    },
    hover: ({ url }: Row, event: DragEvent) => {
      if (dragged.value === undefined) return
      event.preventDefault()
      over.value = url
    },
    drop: ({ url }: Row) => {
      const moved = dragged.value
      release()
      if (moved !== undefined) onDrop(moved, placeOf(url))
    },
    /** Where what is dragged would go: it takes the place of the row that it is over. */
    markOf: ({ url }: Row): 'before' | 'after' | undefined => {
      const held = dragged.value
      if (held === undefined || over.value !== url || held === url) return undefined
      return placeOf(url) < placeOf(held) || !urls().includes(url) ? 'before' : 'after'
    },
  }
}
