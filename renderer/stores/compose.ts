import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { AppError, type ComposeStep, type ErrorShape, type UpOptions } from '#api'
import { useConnection } from '../api/index.ts'
import { type Reading, read } from '../api/reading.ts'
import { type Project, toProjects } from '../compose/project.ts'
import { addSteps, type Steps } from '../compose/run-steps.ts'
import { useMirror } from '../composables/useMirror.ts'
import { useContainersStore } from './containers.ts'
import { useMachineStore } from './machine.ts'

export type ComposeVerb = 'up' | 'down' | 'start' | 'stop' | 'restart'

/** What is being done with a project, or was done last and went wrong. */
export interface ComposeRun {
  project: string
  verb: ComposeVerb
  steps: Steps
  phase: 'active' | 'ending' | 'failed'
  error?: ErrorShape
}

/** Compose projects, live, and what is being done with them: that goes on while its user looks elsewhere. */
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
  const { runs, begin, cancel, dismiss } = useRuns()
  return {
    ...{ projects, count, byName, failure, runs, cancel, dismiss },
    open: (path: string) => api.compose.open(path),
    forget: (project: string) => api.compose.forget(project),
    plan: (project: string) => api.compose.plan(project),
    up: (project: string, options: UpOptions = {}) =>
      begin({ project, verb: 'up' }, api.compose.up(project, options)),
    down: (project: string, options: { volumes: boolean }) =>
      begin({ project, verb: 'down' }, api.compose.down(project, options)),
    start: (project: string) => begin({ project, verb: 'start' }, api.compose.start(project)),
    stop: (project: string) => begin({ project, verb: 'stop' }, api.compose.stop(project)),
    restart: (project: string) => begin({ project, verb: 'restart' }, api.compose.restart(project)),
  }
})

/** One run of each project at a time. */
function useRuns() {
  const runs = shallowRef<ReadonlyMap<string, ComposeRun>>(new Map())
  const readings = new Map<string, Reading>()

  const put = (run: ComposeRun) => (runs.value = new Map(runs.value).set(run.project, run))
  const dismiss = (project: string) => {
    const rest = new Map(runs.value)
    rest.delete(project)
    runs.value = rest
  }
  const change = (project: string, part: Partial<ComposeRun>) => {
    const run = runs.value.get(project)
    if (run) put({ ...run, ...part })
  }
  /** Resolves to whether it went well to its end. */
  const begin = async (
    { project, verb }: Pick<ComposeRun, 'project' | 'verb'>,
    source: AsyncIterable<ComposeStep[]>,
  ): Promise<boolean> => {
    if (readings.has(project)) return false
    put({ project, verb, steps: new Map(), phase: 'active' })
    const reading = read(source, (news) =>
      change(project, { steps: addSteps(runs.value.get(project)?.steps ?? new Map(), news) }),
    )
    readings.set(project, reading)
    try {
      await reading.done
      const isWhole = runs.value.get(project)?.phase === 'active'
      dismiss(project)
      return isWhole
    } catch (error) {
      change(project, { phase: 'failed', error: toShape(error) })
      return false
    } finally {
      readings.delete(project)
    }
  }
  /** As Ctrl-C: what has been done stays. */
  const cancel = (project: string) => {
    change(project, { phase: 'ending' })
    readings.get(project)?.stop()
  }
  return { runs, begin, cancel, dismiss }
}

function toShape(error: unknown): ErrorShape {
  return error instanceof AppError ? error.toShape() : { code: 'internal', params: { log: '' } }
}
