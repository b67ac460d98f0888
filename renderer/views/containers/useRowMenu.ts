import type { ContextMenuItem } from '@nuxt/ui/components/ContextMenu.vue'
import { useRouter } from 'vue-router'
import type { Container } from '#api'
import type { useContainerActions } from '../../composables/useContainerActions.ts'
import { isUp } from '../../container/container-state.ts'
import { toPortHost, toPortLinks } from '../../container/port-links.ts'
import { useWords } from '../../text/words.ts'
import { type BulkVerb, bulkVerbs, suits, verbIcons } from '../../container/container-verbs.ts'

type Menu = ContextMenuItem[][]

const mostLinks = 4

type Words = ReturnType<typeof useWords>['t']

/** The menus of the list: of one container, and of several at once. */
export function useRowMenu(
  actions: ReturnType<typeof useContainerActions>,
  bulk: (verb: BulkVerb, containers: readonly Container[]) => unknown,
) {
  const { t } = useWords()
  const router = useRouter()
  const go = (path: string) => void router.push(path)

  const toRemoval = (act: () => unknown): Menu[number][number] => ({
    label: t('ui.action.removeMore'),
    icon: verbIcons.remove,
    color: 'error' as const,
    kbds: ['delete'],
    onSelect: () => act(),
  })
  const ofOne = (container: Container): Menu => [
    toPlaces(container, t, go),
    toVerbs([container], t, (verb) => actions[verb](container)),
    [...toLinks(container), toCopies(container, t)],
    [
      {
        label: t('ui.containers.renameMore'),
        icon: 'i-lucide-pencil',
        onSelect: () => void actions.rename(container),
      },
      toRemoval(() => actions.remove(container)),
    ],
  ]
  const ofMany = (containers: readonly Container[], label: string): Menu => [
    [{ label, type: 'label' as const }],
    toVerbs(containers, t, (verb) => bulk(verb, containers)),
    [toRemoval(() => bulk('remove', containers))],
  ]
  return { ofOne, ofMany }
}

function toPlaces({ id, state }: Container, t: Words, go: (path: string) => void): Menu[number] {
  const tabs = isUp(state)
    ? (['logs', 'terminal', 'stats', 'inspect'] as const)
    : (['logs', 'inspect'] as const)
  return tabs.map((tab) => ({
    label: t(`ui.containers.open.${tab}`),
    icon: tabIcons[tab],
    ...(tab === 'logs' && { kbds: ['enter'] }),
    onSelect: () => go(`/containers/${id}/${tab}`),
  }))
}

function toVerbs(
  containers: readonly Container[],
  t: Words,
  act: (verb: Exclude<BulkVerb, 'remove'>) => unknown,
): Menu[number] {
  return bulkVerbs
    .filter((verb) => verb !== 'remove')
    .filter((verb) => containers.some((container) => suits(verb, container)))
    .map((verb) => ({
      label: t(`ui.containerVerbs.${verb}`),
      icon: verbIcons[verb],
      onSelect: () => void act(verb),
    }))
}

function toLinks({ ports, state }: Container): Menu[number] {
  const links = isUp(state) ? toPortLinks(ports, toPortHost(location)).slice(0, mostLinks) : []
  return links.map(({ href }) => ({
    label: href.replace('http://', ''),
    icon: 'i-lucide-external-link',
    onSelect: () => void window.open(href, '_blank', 'noopener'),
  }))
}

function toCopies({ name, id, image, ports }: Container, t: Words): ContextMenuItem {
  const toItem = (label: string, text: string) => ({
    label,
    onSelect: () => void navigator.clipboard.writeText(text),
  })
  return {
    label: t('ui.action.copy'),
    icon: 'i-lucide-copy',
    children: [
      toItem(t('ui.containers.copyName'), name),
      toItem(t('ui.containers.copyId'), id),
      toItem(t('ui.containers.copyImage'), image),
      ...toPortLinks(ports, toPortHost(location)).map(({ href }) => toItem(href, href)),
    ],
  }
}

const tabIcons = {
  logs: 'i-lucide-scroll-text',
  terminal: 'i-lucide-square-terminal',
  stats: 'i-lucide-chart-line',
  inspect: 'i-lucide-braces',
}
