import type { Container } from '#api'
import { parseExitCode } from '../../container/container-state.ts'

const shownRunning = 8
const shownTroubles = 5
const recentMs = 24 * 60 * 60 * 1000

type Trouble = 'unhealthy' | 'restarting' | 'dead' | 'exited'

export interface TroubledContainer {
  container: Container
  trouble: Trouble
  /** Of one that has ended. */
  exitCode?: number
}

/** The newest of those that run, with how many there are in all. */
export function toRunning(containers: readonly Container[]) {
  const running = containers
    .filter(({ state }) => state === 'running')
    .sort((a, b) => b.createdAt - a.createdAt || a.name.localeCompare(b.name))
  return { shown: running.slice(0, shownRunning), count: running.length }
}

/** Those that want a look: ailing ones first, then what failed within a day, the newest first. */
export function toTroubles(containers: readonly Container[], now: number) {
  const troubles = containers
    .flatMap((container) => toTrouble(container, now))
    .sort((a, b) => rank(a) - rank(b) || b.container.createdAt - a.container.createdAt)
  return { shown: troubles.slice(0, shownTroubles), count: troubles.length }
}

const rank = ({ trouble }: TroubledContainer) => (trouble === 'exited' ? 1 : 0)

function toTrouble(container: Container, now: number): TroubledContainer[] {
  const { state, health, status } = container
  if (state === 'running' && health === 'unhealthy') return [{ container, trouble: 'unhealthy' }]
  if (state === 'restarting' || state === 'dead') return [{ container, trouble: state }]
  const exitCode = container.exitCode ?? parseExitCode(status) ?? 0
  // 130, 137 and 143 are what somebody's own stop looks like.
  const isStopped = [0, 130, 137, 143].includes(exitCode)
  if (state !== 'exited' || isStopped || !isRecent(container, now)) return []
  return [{ container, trouble: 'exited', exitCode }]
}

/** By the engine's own words, since a list does not tell when a container ended. */
function isRecent({ status, createdAt }: Container, now: number): boolean {
  if (/\b(seconds?|minutes?|hours?)\b/.test(status)) return true
  return !status.endsWith(' ago') && now - createdAt < recentMs
}
