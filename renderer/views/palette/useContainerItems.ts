import { useClipboard } from '@vueuse/core'
import { computed } from 'vue'
import { useRouter } from 'vue-router'
import type { Container } from '#api'
import { useContainerActions } from '../../composables/useContainerActions.ts'
import { findByName } from '../../palette/ranking.ts'
import { useContainersStore } from '../../stores/containers.ts'
import { useWords } from '../../text/words.ts'
import { type ContainerAct, actIcons, containerVerbs, takes } from './container-acts.ts'
import type { PaletteItem } from './palette-item.ts'

/** Every container, what can be done to each, and "stop web" as one line. */
export function useContainerItems() {
  const { t } = useWords()
  const store = useContainersStore()
  const perform = usePerform()
  const { copy } = useClipboard({ legacy: true })

  const toAct = (container: Container, act: ContainerAct, label: string): PaletteItem => ({
    id: `${act} ${container.id}`,
    kind: 'action',
    icon: actIcons[act],
    label,
    run: () => perform(act, container),
  })
  const toSteps = (container: Container): PaletteItem[] => [
    ...containerVerbs
      .filter((act) => takes(container.state, act))
      .map((act) => toAct(container, act, t(`ui.palette.act.${act}`))),
    ...toPortItems(container, t('ui.palette.openPort')),
    ...(['name', 'id'] as const).map((part) => ({
      id: `copy ${part} ${container.id}`,
      kind: 'action' as const,
      icon: 'i-lucide-copy',
      label: t(part === 'name' ? 'ui.palette.copyName' : 'ui.palette.copyId'),
      run: () => copy(container[part]),
    })),
  ]
  const items = computed(() =>
    (store.containers ?? []).map((container): PaletteItem => {
      const { id, name, image, state, project } = container
      return {
        id: `container ${id}`,
        kind: 'container',
        icon: 'i-lucide-box',
        label: name,
        // Worded when it is drawn: there may be thousands, and a few lines are seen.
        get detail() {
          return `${t(`ui.palette.state.${state}`)} · ${image}`
        },
        words: `${image} ${project ?? ''} ${id.slice(0, 12)}`,
        weight: state === 'running' ? 6 : 3,
        steps: () => toSteps(container),
      }
    }),
  )
  /** Containers that would take this order and are called like that, each as the order. */
  const toOrders = (act: ContainerAct, name: string, limit: number) =>
    findByName(store.containers?.filter(({ state }) => takes(state, act)) ?? [], name, limit).map(
      (container) => toAct(container, act, t(`ui.palette.order.${act}`, { name: container.name })),
    )
  return { items, toOrders }
}

function usePerform() {
  const router = useRouter()
  const actions = useContainerActions()
  return (act: ContainerAct, container: Container): unknown => {
    switch (act) {
      case 'open':
        return router.push(`/containers/${container.id}`)
      case 'logs':
      case 'terminal':
      case 'stats':
      case 'inspect':
        return router.push(`/containers/${container.id}/${act}`)
      case 'start':
      case 'stop':
      case 'restart':
      case 'pause':
      case 'unpause':
      case 'kill':
      case 'rename':
      case 'remove':
        return actions[act](container)
    }
  }
}

function toPortItems({ id, ports }: Container, label: string): PaletteItem[] {
  const published = new Set(
    ports.flatMap(({ hostPort, protocol }) =>
      hostPort !== undefined && protocol === 'tcp' ? [hostPort] : [],
    ),
  )
  return [...published].map((port) => ({
    id: `port ${String(port)} ${id}`,
    kind: 'action',
    icon: 'i-lucide-external-link',
    label,
    detail: `localhost:${String(port)}`,
    run: () => window.open(`http://localhost:${String(port)}/`, '_blank', 'noopener'),
  }))
}
