import type { ComposePlan, Container, PlannedService } from '#api'
import type { Project } from '../../compose/project.ts'

/** A line of a project: one of its containers, or a service of its file that has none yet. */
export interface ServiceRow {
  id: string
  service: string
  container: Container | undefined
  planned: PlannedService | undefined
}

export function toServiceRows(project: Project, plan: ComposePlan | undefined): ServiceRow[] {
  const planned = new Map(plan?.services.map((service) => [service.name, service]))
  const made = project.services.flatMap(({ name, containers }) =>
    containers.map((container) => ({
      ...{ id: container.id, service: name, container },
      planned: planned.get(name),
    })),
  )
  const known = new Set(project.services.map(({ name }) => name))
  const missing = [...planned.values()]
    .filter(({ name }) => !known.has(name))
    .map((service) => ({
      ...{ id: `planned ${service.name}`, service: service.name },
      ...{ container: undefined, planned: service },
    }))
  return [...made, ...missing].sort((a, b) => a.service.localeCompare(b.service))
}
