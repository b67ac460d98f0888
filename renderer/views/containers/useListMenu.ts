import { computed, shallowRef } from 'vue'
import type { Container } from '#api'
import { useWords } from '../../text/words.ts'
import type { BulkVerb } from '../../container/container-verbs.ts'
import type { useContainerRows } from './useContainerRows.ts'
import { toRow } from '../../list/list-row.ts'
import { useRowMenu } from './useRowMenu.ts'

/**
 * The one menu of the list, for whichever row is pointed at: a right click, a button or a key opens it. One for all,
 * because fifty of them would have to be made with every screen that is scrolled.
 */
export function useListMenu(
  rows: ReturnType<typeof useContainerRows>,
  bulk: (verb: BulkVerb, containers: readonly Container[]) => unknown,
) {
  const { t } = useWords()
  const menus = useRowMenu(rows.actions, bulk)
  const id = shallowRef<string>()

  const items = computed(() => {
    const item = rows.find(id.value)
    const selected = rows.selectedContainers.value
    if (!item) return []
    if (item.kind === 'group')
      return menus.ofMany(item.containers, item.project ?? t('ui.containers.noProject'))
    return selected.length > 1 && rows.selection.selected.value.has(item.id)
      ? menus.ofMany(selected, t('ui.containerBulk.selected', { count: selected.length }))
      : menus.ofOne(item.container)
  })
  return {
    items,
    onContextMenu(event: MouseEvent) {
      const row = toRow(event.target)
      id.value = row?.dataset['id']
      if (row) rows.active.value = id.value
      // The menu key itself points at the table; its own stroke has opened the menu already.
      else event.preventDefault()
    },
  }
}
