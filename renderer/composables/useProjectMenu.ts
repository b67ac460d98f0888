import type { DropdownMenuItem } from '@nuxt/ui/components/DropdownMenu.vue'
import { useClipboard } from '@vueuse/core'
import { useRouter } from 'vue-router'
import { isUnderWay } from '#api'
import { countRunning, type Project, toProjectPath } from '../compose/project.ts'
import { useComposeStore } from '../stores/compose.ts'
import { useContainerListStore } from '../stores/container-list.ts'
import { useWords } from '../text/words.ts'
import { useProjectActions } from './useProjectActions.ts'

/** All that can be done with a project, as a menu. */
export function useProjectMenu() {
  const { t } = useWords()
  const router = useRouter()
  const store = useComposeStore()
  const actions = useProjectActions()
  const toPlaces = usePlaces()

  const toWork = useWork()
  return (project: Project): DropdownMenuItem[][] => {
    const run = store.runs.get(project.name)
    const isBusy = run !== undefined && isUnderWay(run)
    const forget: DropdownMenuItem = {
      label: t('ui.compose.forget'),
      icon: 'i-lucide-list-x',
      onSelect: () => {
        void actions.forget(project)
        if (project.containers.length === 0) void router.push('/compose')
      },
    }
    return [
      toWork(project, isBusy),
      toPlaces(project),
      [
        ...(project.source?.opened === true ? [forget] : []),
        {
          label: t('ui.compose.downMore'),
          icon: 'i-lucide-arrow-down-to-line',
          color: 'error' as const,
          disabled: isBusy || project.containers.length === 0,
          onSelect: () => actions.askDown(project),
        },
      ],
    ]
  }
}

/** What changes its containers. */
function useWork() {
  const { t } = useWords()
  const actions = useProjectActions()
  return (project: Project, isBusy: boolean): DropdownMenuItem[] => {
    const [running, all] = [countRunning(project), project.services.length]
    const cannotUp = isBusy || !actions.canUp(project)
    return [
      {
        label: t('ui.compose.up'),
        icon: 'i-lucide-arrow-up-to-line',
        disabled: cannotUp,
        onSelect: () => actions.up(project),
      },
      {
        label: t('ui.compose.upMore'),
        icon: 'i-lucide-sliders-horizontal',
        disabled: cannotUp,
        onSelect: () => actions.askUp(project),
      },
      {
        label: t('ui.action.start'),
        icon: 'i-lucide-play',
        disabled: isBusy || all === 0 || running === all,
        onSelect: () => void actions.start(project),
      },
      {
        label: t('ui.action.stop'),
        icon: 'i-lucide-circle-stop',
        disabled: isBusy || running === 0,
        onSelect: () => void actions.stop(project),
      },
      {
        label: t('ui.action.restart'),
        icon: 'i-lucide-rotate-cw',
        disabled: isBusy || all === 0,
        onSelect: () => void actions.restart(project),
      },
    ]
  }
}

function usePlaces() {
  const { t } = useWords()
  const router = useRouter()
  const list = useContainerListStore()
  const { copy } = useClipboard({ legacy: true })
  return ({ name, source }: Project): DropdownMenuItem[] => {
    const path = source?.files[0]?.path ?? source?.directory ?? ''
    return [
      {
        label: t('ui.compose.logs'),
        icon: 'i-lucide-scroll-text',
        onSelect: () => void router.push(toProjectPath(name, 'logs')),
      },
      {
        label: t('ui.compose.containers'),
        icon: 'i-lucide-box',
        onSelect: () => {
          Object.assign(list, {
            text: '',
            chips: [`label=com.docker.compose.project=${name}`],
            scope: 'all',
          })
          void router.push('/containers')
        },
      },
      ...(path === ''
        ? []
        : [
            {
              label: t('ui.compose.copyPath'),
              icon: 'i-lucide-copy',
              onSelect: () => void copy(path),
            },
          ]),
    ]
  }
}
