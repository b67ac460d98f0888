import { defineStore } from 'pinia'
import { computed } from 'vue'
import { type ComposeRun, isUnderWay, type UpOptions } from '#api'
import { useConnection } from '../api/index.ts'
import { type Project, toProjects } from '../compose/project.ts'
import { useMirror } from '../composables/useMirror.ts'
import { useWatchedRuns } from '../composables/useWatchedRuns.ts'
import { useContainersStore } from './containers.ts'
import { useMachineStore } from './machine.ts'

/** Compose projects, live, and what is being done with them: that goes on while its user looks elsewhere, or has gone. */
export const useComposeStore = defineStore('compose', () => {
  const { api } = useConnection()
  const machine = useMachineStore()
  const containers = useContainersStore()
  const { value: sources, failure } = useMirror(
    () => api.compose.watch(),
    () => machine.isServing,
  )
  const projects = computed((): readonly Project[] | undefined =>
    sources.value && containers.containers
      ? toProjects(sources.value, containers.containers)
      : undefined,
  )
  /** Counted by names alone: the side bar shows it on every page, however hard containers storm. */
  const count = computed(() => {
    if (!sources.value || !containers.containers) return undefined
    const names = new Set(sources.value.map(({ name }) => name))
    for (const { project } of containers.containers) if (project) names.add(project)
    return names.size
  })
  const byName = computed(() => new Map(projects.value?.map((one) => [one.name, one])))
  const { begin, ...runs } = useRuns()
  return {
    ...{ projects, count, byName, failure, ...runs },
    open: (path: string) => api.compose.open(path),
    forget: (project: string) => api.compose.forget(project),
    plan: (project: string) => api.compose.plan(project),
    up: (project: string, options: UpOptions = {}) =>
      begin(project, () => api.compose.up(project, options)),
    down: (project: string, options: { volumes: boolean }) =>
      begin(project, () => api.compose.down(project, options)),
    start: (project: string) => begin(project, () => api.compose.start(project)),
    stop: (project: string) => begin(project, () => api.compose.stop(project)),
    restart: (project: string) => begin(project, () => api.compose.restart(project)),
  }
})

/** What the app does with projects, as every window sees it; windows begin it, and may go. */
function useRuns() {
  const { api } = useConnection()
  const { list, onEnd, whenEnded } = useWatchedRuns('compose', () => api.compose.runs())
  const asked = new Set<string>()
  /** What went well says so by the project's own state. */
  const runs = computed((): ReadonlyMap<string, ComposeRun> => {
    const shown = list.value?.filter((run) => isUnderWay(run) || run.phase === 'failed') ?? []
    return new Map(shown.map((run) => [run.project, run]))
  })

  /** Resolves once it has begun. A second click that comes before that is none. */
  const begin = async (project: string, ask: () => Promise<string>): Promise<void> => {
    if (asked.has(project)) return
    asked.add(project)
    try {
      void whenEnded(await ask())
    } finally {
      asked.delete(project)
    }
  }
  const toLast = (project: string, act: (id: string) => Promise<void>) => {
    const run = runs.value.get(project)
    return run ? act(run.id) : Promise.resolve()
  }
  return {
    runs,
    begin,
    /** As Ctrl-C: what has been done stays. */
    cancel: (project: string) => toLast(project, (id) => api.compose.cancel(id)),
    dismiss: (project: string) => toLast(project, (id) => api.compose.dismiss(id)),
    onRunEnd: onEnd,
  }
}
