import { isAlive } from './container-json.ts'
import type { FakeContainer } from './objects.ts'
import { Refusal } from './refusal.ts'
import type { EngineStore } from './store.ts'

/** What happens to containers, with the events that docker tells of it and its own words of refusal. */

export function startContainer(store: EngineStore, container: FakeContainer): void {
  refuseTakenPorts(store, container)
  for (const network of Object.keys(container.networks)) {
    if (!store.networks.has(network)) {
      throw new Refusal(404, `failed to set up container networking: network ${network} not found`)
    }
  }
  container.state = 'running'
  container.startedAt = Date.now()
  container.pausedAt = 0
  container.idleMs = 0
  container.exitCode = 0
  container.oomKilled = false
  if (container.health) container.health.status = 'healthy'
  store.changeContainer(container, 'start')
}

function refuseTakenPorts(store: EngineStore, container: FakeContainer): void {
  for (const { PublicPort } of container.ports) {
    if (PublicPort === undefined) continue
    const other = store.containers
      .values()
      .find(
        (one) =>
          one !== container &&
          isAlive(one) &&
          one.ports.some((port) => port.PublicPort === PublicPort),
      )
    if (other) {
      throw new Refusal(
        500,
        `failed to set up container networking: driver failed programming external connectivity on endpoint ${container.name} (${container.id}): Bind for 0.0.0.0:${PublicPort} failed: port is already allocated`,
      )
    }
  }
}

/** Ends its process. */
export function endContainer(
  store: EngineStore,
  container: FakeContainer,
  { signal, exitCode }: { signal: number; exitCode: number },
): void {
  store.changeContainer(container, 'kill', { signal: String(signal) })
  container.state = 'exited'
  container.exitCode = exitCode
  container.finishedAt = Date.now()
  store.changeContainer(container, 'die', { exitCode: String(exitCode), execDuration: '12' })
  if (container.autoRemove) removeContainer(store, container)
}

export function removeContainer(store: EngineStore, container: FakeContainer): void {
  store.containers.delete(container.id)
  store.changeContainer(container, 'destroy')
}

export function stopContainer(store: EngineStore, container: FakeContainer): void {
  endContainer(store, container, { signal: 15, exitCode: 0 })
  store.changeContainer(container, 'stop')
}

export function pauseContainer(store: EngineStore, container: FakeContainer): void {
  requireRunning(container)
  if (container.state === 'paused') {
    throw new Refusal(409, `Container ${container.id} is already paused`)
  }
  container.state = 'paused'
  container.pausedAt = Date.now()
  store.changeContainer(container, 'pause')
}

export function unpauseContainer(store: EngineStore, container: FakeContainer): void {
  if (container.state !== 'paused')
    throw new Refusal(500, `Container ${container.id} is not paused`)
  container.state = 'running'
  container.idleMs += Date.now() - container.pausedAt
  container.pausedAt = 0
  store.changeContainer(container, 'unpause')
}

const signals: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  TERM: 15,
}

export function killContainer(store: EngineStore, container: FakeContainer, name: string): void {
  if (!isAlive(container)) {
    throw new Refusal(
      409,
      `cannot kill container: ${container.id}: container ${container.id} is not running`,
    )
  }
  const signal = signals[name.replace(/^SIG/, '')] ?? Number(name)
  if (!Number.isInteger(signal)) throw new Refusal(400, `invalid signal: ${name}`)
  const isQuiet = signal === 1 || signal === 10 || signal === 12
  if (isQuiet) store.changeContainer(container, 'kill', { signal: String(signal) })
  else endContainer(store, container, { signal, exitCode: 128 + signal })
}

export function renameContainer(store: EngineStore, container: FakeContainer, name: string): void {
  checkName(store, name)
  const oldName = container.name
  container.name = name
  store.changeContainer(container, 'rename', { oldName: `/${oldName}` })
}

/** The engine's rule for names, and its words. */
export function checkName(store: EngineStore, name: string): void {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name)) {
    throw new Refusal(
      400,
      `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
    )
  }
  const taken = store.containers.values().find((container) => container.name === name)
  if (taken) {
    throw new Refusal(
      409,
      `Conflict. The container name "/${name}" is already in use by container "${taken.id}". You have to remove (or rename) that container to be able to reuse that name.`,
    )
  }
}

export function requireRunning(container: FakeContainer): void {
  if (!isAlive(container)) throw new Refusal(409, `container ${container.id} is not running`)
}
