import type { EngineStore } from './store.ts'

const tickMs = 50

/** Containers that end and start at random, each change with its event. */
export function createStorm(store: EngineStore): {
  start: (perSecond: number) => () => void
  stopAll: () => void
} {
  const running = new Set<NodeJS.Timeout>()
  return {
    start(perSecond) {
      const ids = [...store.containers.keys()]
      let due = 0
      let turn = 0
      const timer = setInterval(() => {
        for (due += (perSecond * tickMs) / 1000; due >= 1; due -= 1) {
          // A stride that is prime to most counts visits all of them, in no order that anybody sees.
          turn += 7919
          toggle(store, ids[turn % ids.length] ?? '')
        }
      }, tickMs)
      running.add(timer)
      return () => {
        clearInterval(timer)
        running.delete(timer)
      }
    },
    stopAll() {
      for (const timer of running) clearInterval(timer)
      running.clear()
    },
  }
}

/** Ends one that runs, starts one that does not. */
export function toggle(store: EngineStore, id: string): void {
  const container = store.containers.get(id)
  if (!container) return
  const runs = container.state === 'running'
  container.state = runs ? 'exited' : 'running'
  container.exitCode = runs ? 137 : 0
  if (runs) container.finishedAt = Date.now()
  else container.startedAt = Date.now()
  store.changeContainer(container, runs ? 'die' : 'start', runs ? { exitCode: '137' } : {})
}
