import { EventEmitter } from 'node:events'

/** When the guest saw the engine tell of something, for all who want to know. */
export interface EngineEvents {
  readonly tell: (timeNano: number) => void
  readonly on: (listener: (timeNano: number) => void) => () => void
}

export function createEngineEvents(): EngineEvents {
  const events = new EventEmitter<{ told: [number] }>()
  return {
    tell: (timeNano) => {
      events.emit('told', timeNano)
    },
    on(listener) {
      events.on('told', listener)
      return () => {
        events.off('told', listener)
      }
    },
  }
}
