import type { Container } from '#api'
import { isUp } from './container-state.ts'

/** What can be done to one container or to many, in the order of menus. */
export const bulkVerbs = ['start', 'stop', 'restart', 'pause', 'unpause', 'kill', 'remove'] as const
export type BulkVerb = (typeof bulkVerbs)[number]

export const verbIcons: Record<BulkVerb, string> = {
  start: 'i-lucide-play',
  stop: 'i-lucide-circle-stop',
  restart: 'i-lucide-rotate-cw',
  pause: 'i-lucide-pause',
  unpause: 'i-lucide-step-forward',
  kill: 'i-lucide-zap',
  remove: 'i-lucide-trash-2',
}

/** Whether the verb means anything to a container in its state. */
export function suits(verb: BulkVerb, { state }: Pick<Container, 'state'>): boolean {
  switch (verb) {
    case 'start':
      return !isUp(state) && state !== 'removing'
    case 'stop':
    case 'kill':
      return isUp(state)
    case 'pause':
      return state === 'running'
    case 'unpause':
      return state === 'paused'
    case 'restart':
    case 'remove':
      return state !== 'removing'
  }
}
