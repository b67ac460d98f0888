import type { ComposeProject, Container } from '#api'
import type { Tone } from '../components/AppStateDot.vue'
import { isUp, toContainerTone } from '../container/container-state.ts'

/** A project as the window shows it: where it is from, and the containers that it has now. */
export interface Project {
  /** Its name: there is one project of a name. */
  id: string
  name: string
  source: ComposeProject | undefined
  services: readonly ProjectService[]
  containers: readonly Container[]
}

interface ProjectService {
  id: string
  name: string
  containers: readonly Container[]
  running: number
}

export type ProjectState = 'down' | 'stopped' | 'partly' | 'running'

// Made once: to compare thousands of names in the user's way is slow otherwise.
const { compare: byName } = new Intl.Collator('en', { numeric: true })

/** Projects by what the app knows of their files and what the containers' labels say, in the order of their names. */
export function toProjects(
  sources: readonly ComposeProject[],
  containers: readonly Container[],
): Project[] {
  const members = Map.groupBy(containers, ({ project }) => project ?? '')
  members.delete('')
  const known = new Map(sources.map((source) => [source.name, source]))
  const names = new Set([...known.keys(), ...members.keys()])
  return [...names]
    .sort(byName)
    .map((name) => toProject(name, known.get(name), members.get(name) ?? []))
}

function toProject(
  name: string,
  source: ComposeProject | undefined,
  containers: readonly Container[],
): Project {
  const services = Map.groupBy(containers, (container) => container.service ?? container.name)
  return {
    ...{ id: name, name, source, containers },
    services: [...services]
      .sort(([a], [b]) => byName(a, b))
      .map(([service, own]) => ({
        ...{ id: service, name: service },
        containers: own.toSorted((a, b) => byName(a.name, b.name)),
        running: own.filter(({ state }) => state === 'running').length,
      })),
  }
}

export function countRunning({ services }: Pick<Project, 'services'>): number {
  return services.filter(({ running }) => running > 0).length
}

/** What has done its work and ended well (a migration) is not missing from a project that runs. */
export function toProjectState({ containers }: Pick<Project, 'containers'>): ProjectState {
  if (containers.length === 0) return 'down'
  const up = containers.filter(({ state }) => isUp(state)).length
  if (up === 0) return 'stopped'
  const missing = containers.some(
    (container) =>
      !isUp(container.state) && !(container.state === 'exited' && container.exitCode === 0),
  )
  return missing ? 'partly' : 'running'
}

/** The worst of what its containers are. */
export function toProjectTone(project: Pick<Project, 'containers'>): Tone {
  const tones = project.containers.map(toContainerTone)
  if (tones.includes('error')) return 'error'
  const state = toProjectState(project)
  if (state === 'partly' || tones.includes('warning')) return 'warning'
  if (tones.includes('primary')) return 'primary'
  return state === 'running' ? 'success' : 'neutral'
}

/** Why its files cannot be read, or undefined when they can. */
export function toReachProblem(
  source: ComposeProject | undefined,
): { kind: 'unknown' | 'not-shared' | 'missing'; path: string } | undefined {
  const files = source?.files ?? []
  if (files.length === 0) return { kind: 'unknown', path: '' }
  for (const { path, reach } of files) if (reach !== 'ready') return { kind: reach, path }
  return undefined
}

/** The folder of a path, with either system's separators. */
export function toFolder(path: string): string {
  return path.replace(/[\\/][^\\/]*$/, '') || '/'
}

/** Where a project is shown; its name may be anybody's words. */
export function toProjectPath(name: string, tab?: 'logs'): string {
  return `/compose/${encodeURIComponent(name)}${tab === undefined ? '' : `/${tab}`}`
}

/** Those with all of the words in what a row shows, or in the names of their services. */
export function findProjects(projects: readonly Project[], text: string): readonly Project[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return projects
  return projects.filter(({ name, source, services }) => {
    const shown = [name, source?.directory ?? '', ...services.map((service) => service.name)]
    const line = shown.join(' ').toLowerCase()
    return words.every((word) => line.includes(word))
  })
}
