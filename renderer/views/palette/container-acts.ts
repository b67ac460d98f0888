import type { Container } from '#api'
import { isUp } from '../../container/container-state.ts'

export const containerVerbs = [
  'open',
  'logs',
  'terminal',
  'stats',
  'inspect',
  'start',
  'stop',
  'restart',
  'pause',
  'unpause',
  'kill',
  'rename',
  'remove',
] as const
export type ContainerAct = (typeof containerVerbs)[number]

export const actIcons: Record<ContainerAct, string> = {
  open: 'i-lucide-arrow-right',
  logs: 'i-lucide-scroll-text',
  terminal: 'i-lucide-square-terminal',
  stats: 'i-lucide-chart-line',
  inspect: 'i-lucide-braces',
  start: 'i-lucide-play',
  stop: 'i-lucide-circle-stop',
  restart: 'i-lucide-rotate-cw',
  pause: 'i-lucide-pause',
  unpause: 'i-lucide-step-forward',
  kill: 'i-lucide-zap',
  rename: 'i-lucide-pencil',
  remove: 'i-lucide-trash-2',
}

/** Whether a container in this state would take the order. */
export function takes(state: Container['state'], act: ContainerAct): boolean {
  switch (act) {
    case 'start':
      return !isUp(state)
    case 'stop':
    case 'kill':
      return isUp(state)
    case 'pause':
    case 'terminal':
    case 'stats':
      return state === 'running'
    case 'unpause':
      return state === 'paused'
    case 'open':
    case 'logs':
    case 'inspect':
    case 'restart':
    case 'rename':
    case 'remove':
      return true
  }
}
