import { computed } from 'vue'
import { useRouter } from 'vue-router'
import type { Container } from '#api'
import { toProjectPath } from '../../compose/project.ts'
import { useContainerBulk } from '../../composables/useContainerBulk.ts'
import { suits, verbIcons } from '../../container/container-verbs.ts'
import { useContainersStore } from '../../stores/containers.ts'
import { useWords } from '../../text/words.ts'
import type { PaletteItem } from './palette-item.ts'
import { useFilteredList } from './useFilteredList.ts'

const verbs = ['start', 'stop', 'restart', 'remove'] as const

/** Compose projects, as the containers tell them, and what can be done to all containers of each. */
export function useProjectItems() {
  const { t } = useWords()
  const store = useContainersStore()
  const { bulk } = useContainerBulk()
  const showContainers = useFilteredList()
  const toPages = useProjectPages()

  const toSteps = (project: string, members: readonly Container[]): PaletteItem[] => [
    ...toPages(project),
    {
      id: `containers of ${project}`,
      kind: 'action',
      icon: 'i-lucide-box',
      label: t('ui.palette.projectContainers'),
      run: () => showContainers(`label=com.docker.compose.project=${project}`),
    },
    ...verbs
      .filter((verb) => members.some((container) => suits(verb, container)))
      .map((verb) => ({
        id: `${verb} all of ${project}`,
        kind: 'action' as const,
        icon: verbIcons[verb],
        label: t(`ui.containerVerbs.${verb}`),
        run: () => bulk(verb, members),
      })),
  ]
  return computed((): PaletteItem[] => {
    const projects = Map.groupBy(store.containers ?? [], ({ project }) => project)
    projects.delete(undefined)
    return [...projects].map(([project = '', members]) => ({
      id: `project ${project}`,
      kind: 'project',
      icon: 'i-lucide-boxes',
      label: project,
      detail: t('ui.palette.containers', { count: members.length }),
      words: 'compose',
      weight: 5,
      steps: () => toSteps(project, members),
    }))
  })
}

function useProjectPages() {
  const { t } = useWords()
  const router = useRouter()
  return (project: string): PaletteItem[] => [
    {
      id: `page of ${project}`,
      kind: 'action',
      icon: 'i-lucide-boxes',
      label: t('ui.palette.projectPage'),
      run: () => router.push(toProjectPath(project)),
    },
    {
      id: `logs of ${project}`,
      kind: 'action',
      icon: 'i-lucide-scroll-text',
      label: t('ui.palette.projectLogs'),
      run: () => router.push(toProjectPath(project, 'logs')),
    },
  ]
}
