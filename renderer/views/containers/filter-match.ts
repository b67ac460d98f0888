import type { Container } from '#api'
import type { ContainerFilter, FilterKey, FilterTerm, FilterWord } from './container-filter.ts'

type Test = (container: Container) => boolean

/** The container that `before=` and `since=` name, by name or by the beginning of its id. */
type Find = (reference: string) => Container | undefined

/**
 * Makes a test of a filter. As with Docker, one of several values of the same key is enough, and every key must agree.
 * Words must all be found.
 */
export function toTest({ terms, words }: ContainerFilter, find: Find): Test {
  const tests = [
    ...[...groupByKey(terms)].map(([key, group]) => toKeyTest(key, group, find)),
    ...words.map(toWordTest),
  ]
  return (container) => tests.every((test) => test(container))
}

function groupByKey(terms: readonly FilterTerm[]): Map<FilterKey, FilterTerm[]> {
  const groups = new Map<FilterKey, FilterTerm[]>()
  for (const term of terms) groups.set(term.key, [...(groups.get(term.key) ?? []), term])
  return groups
}

function toKeyTest(key: FilterKey, terms: readonly FilterTerm[], find: Find): Test {
  const wanted = terms
    .filter((term) => !term.isNegated)
    .map(({ value }) => makers[key](value, find))
  const unwanted = terms
    .filter((term) => term.isNegated)
    .map(({ value }) => makers[key](value, find))
  return (container) =>
    (wanted.length === 0 || wanted.some((test) => test(container))) &&
    !unwanted.some((test) => test(container))
}

const makers: Record<FilterKey, (value: string, find: Find) => Test> = {
  status: (value) => {
    const wanted = value.toLowerCase()
    return ({ state }) => state === wanted
  },
  name: (value) => {
    const matches = toPattern(value)
    // The engine's own names begin with a slash, and patterns for it are written with one.
    return ({ name }) => matches(name) || matches(`/${name}`)
  },
  label: (value) => {
    const equals = value.indexOf('=')
    if (equals === -1) return ({ labels }) => Object.hasOwn(labels, value)
    const [key, wanted] = [value.slice(0, equals), value.slice(equals + 1)]
    return ({ labels }) => Object.hasOwn(labels, key) && labels[key] === wanted
  },
  ancestor: toImageTest,
  health: (value) => {
    const wanted = value.toLowerCase()
    return ({ health = 'none' }) => health === wanted
  },
  network: (value) => (container) => container.networks.includes(value),
  volume: (value) => (container) => container.mounts.includes(value),
  publish: (value) => toPortTest(value, ({ hostPort }) => hostPort),
  expose: (value) => toPortTest(value, ({ containerPort }) => containerPort),
  exited: (value) => (container) =>
    container.exitCode !== undefined && String(container.exitCode) === value,
  before: (value, find) => {
    const limit = find(value)?.createdAt
    return ({ createdAt }) => limit !== undefined && createdAt < limit
  },
  since: (value, find) => {
    const limit = find(value)?.createdAt
    return ({ createdAt }) => limit !== undefined && createdAt > limit
  },
  id: (value) => {
    const matches = toPattern(value)
    return ({ id }) => matches(id)
  },
  project: (value) => (container) => container.project === value,
  service: (value) => (container) => container.service === value,
}

/** A regular expression anywhere in the text, as the engine matches; one that is not finished yet is plain text. */
function toPattern(value: string): (text: string) => boolean {
  try {
    const pattern = new RegExp(value, 'i')
    return (text) => pattern.test(text)
  } catch {
    const wanted = value.toLowerCase()
    return (text) => text.toLowerCase().includes(wanted)
  }
}

/** By name, by the beginning of an id, and, unlike the engine, by a name without its tag for all of its tags. */
function toImageTest(value: string): Test {
  const isId = /^(?:sha256:)?[0-9a-f]{4,64}$/.test(value)
  const id = value.replace(/^sha256:/, '')
  return ({ image, imageId }) =>
    image === value ||
    image.startsWith(`${value}:`) ||
    image.startsWith(`${value}@`) ||
    (isId && imageId.replace(/^sha256:/, '').startsWith(id))
}

type Port = Container['ports'][number]

/** `80`, `80/udp` or `8000-8080/tcp`; TCP when nothing is said. */
function toPortTest(value: string, toNumber: (port: Port) => number | undefined): Test {
  const [, from = '', to = from, protocol = 'tcp'] =
    /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/.exec(value) ?? []
  return ({ ports }) =>
    ports.some((port) => {
      const number = toNumber(port)
      return (
        number !== undefined &&
        from !== '' &&
        port.protocol === protocol &&
        number >= Number(from) &&
        number <= Number(to)
      )
    })
}

function toWordTest({ text, isNegated }: FilterWord): Test {
  const wanted = text.toLowerCase()
  const isHex = /^[0-9a-f]{3,64}$/.test(wanted)
  const port = /^:?(\d{2,5})$/.exec(wanted)?.[1]
  return (container) =>
    isNegated !==
    ([container.name, container.image, container.project, container.service].some(
      (value) => value?.toLowerCase().includes(wanted) === true,
    ) ||
      (isHex && container.id.startsWith(wanted)) ||
      (port !== undefined && hasPort(container, Number(port))))
}

function hasPort({ ports }: Container, number: number): boolean {
  return ports.some((port) => port.hostPort === number || port.containerPort === number)
}
