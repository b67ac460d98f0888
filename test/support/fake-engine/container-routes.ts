import { type Call, type Handler, isSet, readFilters, sendJson, sendNothing } from './answers.ts'
import { isAlive, toInspect, toListEntry, toPid } from './container-json.ts'
import {
  endContainer,
  killContainer,
  pauseContainer,
  removeContainer,
  renameContainer,
  requireRunning,
  startContainer,
  stopContainer,
  unpauseContainer,
} from './container-verbs.ts'
import type { FakeContainer } from './objects.ts'
import { pause } from './pause.ts'
import { Refusal } from './refusal.ts'

function find({ store, params }: Call): FakeContainer {
  return store.container(params[0] ?? '')
}

export function listContainers(call: Call): void {
  const filters = readFilters(call.query)
  const ids = filters.get('id')
  const all = isSet(call.query, 'all')
  const chosen = call.store.containers
    .values()
    .filter((container) => all || isAlive(container))
    .filter(({ id }) => !ids || ids.some((part) => id.startsWith(part)))
    .filter(({ name }) => matches(filters.get('name'), (part) => name.includes(part)))
    .filter(({ state }) => matches(filters.get('status'), (wanted) => state === wanted))
    .filter(({ labels }) => matches(filters.get('label'), (label) => hasLabel(labels, label)))
  const newestFirst = [...chosen].sort((one, other) => other.createdAt - one.createdAt)
  sendJson(call, newestFirst.map(toListEntry))
}

function matches(wanted: string[] | undefined, test: (value: string) => boolean): boolean {
  return !wanted || wanted.some(test)
}

function hasLabel(labels: Record<string, string>, label: string): boolean {
  const [key = '', value] = label.split(/=(.*)/s)
  return key in labels && (value === undefined || labels[key] === value)
}

export function inspectContainer(call: Call): void {
  sendJson(call, toInspect(find(call)))
}

/** A verb that takes a moment; `done` says that there is nothing to do, which the engine answers with 304. */
function verb(
  act: (call: Call, container: FakeContainer) => void,
  done: (container: FakeContainer) => boolean = () => false,
): Handler {
  return async (call) => {
    const container = find(call)
    if (done(container)) {
      sendNothing(call, 304)
      return
    }
    await pause(call.stepMs)
    act(call, find(call))
    sendNothing(call)
  }
}

export const start = verb(
  ({ store }, container) => startContainer(store, container),
  ({ state }) => state === 'running',
)
export const stop = verb(
  ({ store }, container) => stopContainer(store, container),
  (container) => !isAlive(container),
)
export const restart = verb(({ store }, container) => {
  if (isAlive(container)) stopContainer(store, container)
  startContainer(store, container)
  store.changeContainer(container, 'restart')
})
export const pauseIt = verb(({ store }, container) => pauseContainer(store, container))
export const unpauseIt = verb(({ store }, container) => unpauseContainer(store, container))
export const kill = verb(({ store, query }, container) =>
  killContainer(store, container, query.get('signal') ?? 'SIGKILL'),
)
export const rename = verb(({ store, query }, container) =>
  renameContainer(store, container, query.get('name') ?? ''),
)

export const remove = verb(({ store, query }, container) => {
  if (isAlive(container)) {
    if (!isSet(query, 'force')) {
      throw new Refusal(
        409,
        `cannot remove container "/${container.name}": container is ${container.state}: stop the container before removing or force remove`,
      )
    }
    endContainer(store, container, { signal: 9, exitCode: 137 })
  }
  removeContainer(store, container)
})

export function top(call: Call): void {
  const container = find(call)
  requireRunning(container)
  const pid = toPid(container)
  const user = container.user === '' ? 'root' : container.user
  const main = [...container.entrypoint, ...container.command].join(' ')
  const workers = Array.from({ length: 1 + (pid % 4) }, (_, index) => [
    '101',
    String(pid + index + 1),
    String(pid),
    '0',
    '09:12',
    '?',
    `00:00:${String(10 + index)}`,
    `${container.image.split(':')[0] ?? ''}: worker process ${index + 1}`,
  ])
  sendJson(call, {
    Titles: ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'],
    Processes: [[user, String(pid), '812', '1', '09:12', '?', '00:01:07', main], ...workers],
  })
}

export function listChanges(call: Call): void {
  const { changes } = find(call)
  sendJson(call, changes.length ? changes : null)
}

/** HEAD tells of a path; the shells it has, and nothing else. */
export function statPath(call: Call): void {
  const container = find(call)
  const path = call.query.get('path') ?? ''
  if (!container.shells.includes(path)) {
    throw new Refusal(404, `Could not find the file ${path} in container ${container.id}`)
  }
  const stat = { name: path.split('/').at(-1), size: 1, mode: 0o755, mtime: '', linkTarget: '' }
  call.response.writeHead(200, {
    'x-docker-container-path-stat': Buffer.from(JSON.stringify(stat)).toString('base64'),
  })
  call.response.end()
}
