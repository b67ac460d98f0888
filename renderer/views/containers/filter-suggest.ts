import type { Container } from '#api'
import { type FilterKey, filterKeys, formatTerm } from './container-filter.ts'

export interface Suggestion {
  /** What the last token becomes. */
  token: string
  /** A key still wants its value. */
  kind: 'key' | 'value'
  key: FilterKey
  /** How many containers have this value. */
  count?: number
}

const most = 9

/** What the token that is being typed may become, best first. The containers are looked at only for values. */
export function toSuggestions(token: string, containers: () => readonly Container[]): Suggestion[] {
  const [, sign = '', name = '', equals = '', value = ''] =
    /^([-!]?)([a-z]*)(!?=)?(.*)$/is.exec(token) ?? []
  if (equals === '') return value === '' ? toKeys(sign, name.toLowerCase()) : []
  const key = filterKeys.find((entry) => entry === name.toLowerCase())
  if (!key) return []
  const isNegated = (sign === '') === (equals === '!=')
  return toValues(key, value, containers()).map(([text, count]) => ({
    token: formatTerm({ key, value: text, isNegated }),
    kind: 'value',
    key,
    count,
  }))
}

function toKeys(sign: string, start: string): Suggestion[] {
  return filterKeys
    .filter((key) => key.startsWith(start))
    .map((key) => ({ token: `${sign}${key}=`, kind: 'key', key }))
}

/** Values in use, those that begin as typed first, then by how many containers have them. */
function toValues(
  key: FilterKey,
  typed: string,
  containers: readonly Container[],
): [string, number][] {
  const wanted = typed.toLowerCase()
  const counts = new Map<string, number>()
  for (const container of containers)
    for (const value of new Set(readers[key](container)))
      if (value.toLowerCase().includes(wanted)) counts.set(value, (counts.get(value) ?? 0) + 1)
  const isStart = (value: string) => (value.toLowerCase().startsWith(wanted) ? 0 : 1)
  return [...counts]
    .sort(([a, m], [b, n]) => isStart(a) - isStart(b) || n - m || a.localeCompare(b))
    .slice(0, most)
}

const readers: Record<FilterKey, (container: Container) => string[]> = {
  status: ({ state }) => [state],
  name: ({ name }) => [name],
  label: ({ labels }) => Object.entries(labels).flatMap(([key, value]) => [key, `${key}=${value}`]),
  ancestor: ({ image }) => [image],
  health: ({ health = 'none' }) => [health],
  network: ({ networks }) => networks,
  volume: ({ mounts }) => mounts,
  publish: ({ ports }) =>
    ports.flatMap(({ hostPort, protocol }) =>
      hostPort === undefined ? [] : [`${hostPort}/${protocol}`],
    ),
  expose: ({ ports }) => ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`),
  exited: ({ exitCode }) => (exitCode === undefined ? [] : [String(exitCode)]),
  before: ({ name }) => [name],
  since: ({ name }) => [name],
  id: ({ id }) => [id.slice(0, 12)],
  project: ({ project }) => (project === undefined ? [] : [project]),
  service: ({ service }) => (service === undefined ? [] : [service]),
}
