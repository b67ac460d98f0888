import type { FakeEngine } from './engine.ts'
import type { Fault } from './faults.ts'
import { fillHostile } from './hostile.ts'
import { addOwnNetworks } from './make.ts'
import { fillSamples } from './sample-containers.ts'
import { fillMany } from './scale.ts'

export type EngineScenario = 'running' | 'empty' | 'many' | 'storm' | 'hostile' | 'slow' | 'broken'

const everyFault: Fault[] = [
  'invalid-json',
  'html-500',
  'half',
  'empty',
  'close',
  'wrong-type',
  { status: 500, message: 'context deadline exceeded' },
]

/** Fills an engine, and makes it behave. */
export function playScenario(engine: FakeEngine, scenario: EngineScenario): void {
  const { store } = engine
  switch (scenario) {
    case 'running':
      fillSamples(store)
      return
    case 'empty':
      addOwnNetworks(store)
      return
    case 'many':
      fillMany(store, { containers: 5000, images: 10_000, projects: 200 })
      return
    case 'storm':
      fillMany(store, { containers: 5000, images: 10_000, projects: 200 })
      engine.storm(200)
      return
    case 'hostile':
      fillHostile(store)
      return
    case 'slow':
      fillSamples(store)
      engine.delayMs = 3000
      engine.breakNext('/images/json', 'never', Infinity)
      return
    case 'broken':
      fillSamples(store)
      engine.breakAll(everyFault)
      setInterval(() => engine.endEvents(), 2000).unref()
      return
  }
}
