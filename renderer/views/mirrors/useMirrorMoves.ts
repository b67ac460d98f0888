import { computed, nextTick, type Ref, shallowRef } from 'vue'
import type { MirrorEndpoint, MirroredRegistry } from '#api'
import { useWords } from '../../text/words.ts'
import { toMirrorName } from './endpoint-state.ts'
import { moveTo } from './mirror-order.ts'
import { useMirrorActions } from './useMirrorActions.ts'
import { useRowDrag } from './useRowDrag.ts'

/** Orders the mirrors of a registry by hand: with the arrow keys, or by dragging a row to another. */
export function useMirrorMoves(
  registry: () => MirroredRegistry,
  table: Readonly<Ref<HTMLElement | null>>,
) {
  const actions = useMirrorActions()
  const { t } = useWords()
  const mirrors = computed(() => registry().endpoints.filter(({ kind }) => kind === 'mirror'))
  const urls = computed(() => mirrors.value.map(({ url }) => url))
  /** For those who do not see the rows change places. */
  const told = shallowRef('')

  const place = async (url: string, to: number) => {
    const wanted = moveTo(urls.value, url, to)
    if (wanted.every((one, index) => one === urls.value[index])) return
    const moved = mirrors.value.find((one) => one.url === url)
    if (!moved || !(await actions.order(registry().registry, wanted))) return
    told.value = t('ui.mirrors.moved', {
      name: toMirrorName(moved),
      place: wanted.indexOf(url) + 1,
      count: wanted.length,
    })
  }
  /** A row that is put elsewhere loses the focus. */
  const step = async ({ url }: MirrorEndpoint, by: number) => {
    const held = document.activeElement
    await place(url, urls.value.indexOf(url) + by)
    await nextTick()
    if (held instanceof HTMLElement && table.value?.contains(held)) held.focus()
  }
  const drag = useRowDrag(
    () => urls.value,
    (url, to) => void place(url, to),
  )
  return { urls, told, step, ...drag }
}
