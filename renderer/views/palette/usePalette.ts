import { computed, ref, shallowRef, watch } from 'vue'
import { useRemembered } from '../../composables/useRemembered.ts'
import { createIndex, search } from '../../palette/ranking.ts'
import { type VerbQuery, parseVerbQuery } from '../../palette/verb-query.ts'
import { useWords } from '../../text/words.ts'
import { type ContainerAct, containerVerbs } from './container-acts.ts'
import type { PaletteItem } from './palette-item.ts'
import { useActionItems } from './useActionItems.ts'
import { useContainerItems } from './useContainerItems.ts'
import { useImageItems } from './useImageItems.ts'
import { useProjectItems } from './useProjectItems.ts'
import { useVolumeAndNetworkItems } from './useVolumeAndNetworkItems.ts'
import { usePageItems } from './usePageItems.ts'
import { usePortItems } from './usePortItems.ts'

export interface PaletteGroup {
  key: 'recent' | 'go' | 'do' | 'found'
  items: PaletteItem[]
}

const limit = 20
const keptRecent = 6

/** What the palette shows for what is typed, and what choosing does. `close` is called when something was done. */
export function usePalette(close: () => void) {
  const query = ref('')
  /** The object whose actions are shown; undefined at the top. */
  const parent = shallowRef<PaletteItem>()
  const { found, starters, recent } = useFinding(query)

  const groups = computed((): PaletteGroup[] => {
    const { value: at } = parent
    if (at && 'steps' in at) {
      const steps = at.steps()
      const items = query.value.trim() === '' ? steps : search([createIndex(steps)], query.value)
      return items.length > 0 ? [{ key: 'found', items }] : []
    }
    if (query.value.trim() === '') return starters.value
    return found.value.length > 0 ? [{ key: 'found', items: found.value }] : []
  })
  const items = computed(() => groups.value.flatMap((group) => group.items))
  const at = ref(0)
  watch([query, parent], () => (at.value = 0))

  const remember = (id: string) => {
    recent.value = [id, ...recent.value.filter((other) => other !== id)].slice(0, keptRecent)
  }
  const choose = (item: PaletteItem) => {
    if (!parent.value) remember(item.id)
    if ('steps' in item) {
      parent.value = item
      query.value = ''
      return
    }
    close()
    item.run()
  }
  /** Says whether there was somewhere to go back to. */
  const back = () => {
    if (!parent.value) return false
    parent.value = undefined
    query.value = ''
    return true
  }
  const move = (by: number) => {
    const count = items.value.length
    if (count > 0) at.value = (at.value + by + count) % count
  }
  return { query, parent, groups, items, at, choose, back, move }
}

function useFinding(query: { value: string }) {
  const { t } = useWords()
  const pages = usePageItems()
  const actions = useActionItems()
  const containers = useContainerItems()
  const images = useImageItems()
  const projects = useProjectItems()
  const stores = useVolumeAndNetworkItems()
  const ports = usePortItems()
  const recent = useRemembered<string[]>('palette-recent', [])

  const sources = [pages, actions, containers.items, images.items, projects, stores, ports]
  const indexes = sources.map((source) => computed(() => createIndex(source.value)))
  const verbs = computed(() => [
    ...containerVerbs.map((verb) => ({ verb, words: t(`ui.palette.alias.${verb}`).split(' ') })),
    { verb: 'run' as const, words: t('ui.palette.alias.run').split(' ') },
  ])
  const toOrders = ({ verb, rest }: VerbQuery<ContainerAct | 'run'>) => {
    const most = rest === '' ? 6 : 12
    return verb === 'run' ? images.toOrders(rest, most) : containers.toOrders(verb, rest, most)
  }
  const found = computed(() => {
    const order = parseVerbQuery(query.value, verbs.value)
    const first = order ? toOrders(order) : []
    const rest = search(
      indexes.map((index) => index.value),
      query.value,
      { recent: recent.value, limit },
    )
    return [...first, ...rest].slice(0, limit)
  })
  const starters = computed((): PaletteGroup[] => {
    const byId = new Map(sources.flatMap((source) => source.value.map((item) => [item.id, item])))
    const again = recent.value.flatMap((id) => byId.get(id) ?? [])
    const isNew = ({ id }: PaletteItem) => !recent.value.includes(id)
    const all: PaletteGroup[] = [
      { key: 'recent', items: again },
      { key: 'do', items: actions.value.slice(0, 4).filter(isNew) },
      { key: 'go', items: pages.value.filter((item) => item.kind === 'page' && isNew(item)) },
    ]
    return all.filter((group) => group.items.length > 0)
  })
  return { found, starters, recent }
}
