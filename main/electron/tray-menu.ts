import type { AppStatus } from '#api'
import type { Say } from '../words/words.ts'

export type TrayOrder = 'open' | 'start' | 'stop' | 'quit'

/** A line of the tray's menu: what is the matter, an order, or a rule between them. */
export type TrayItem =
  | { kind: 'state'; label: string }
  | { kind: 'order'; order: TrayOrder; label: string }
  | { kind: 'rule' }

/** What the menu is made of; equal parts make an equal menu. */
export type TrayState = Pick<AppStatus, 'state' | 'slow'>

export function sayState({ state, slow }: TrayState, say: Say): string {
  return say(`status.${state}${slow && state !== 'stopped' ? 'Slow' : ''}`)
}

/** Only orders that can be followed now are there. */
export function toTrayItems(status: TrayState, say: Say): TrayItem[] {
  const order = (name: TrayOrder): TrayItem => ({
    kind: 'order',
    order: name,
    label: say(`shell.${name}`),
  })
  return [
    { kind: 'state', label: `Berth: ${sayState(status, say)}` },
    { kind: 'rule' },
    order('open'),
    ...machineOrders(status.state).map(order),
    { kind: 'rule' },
    order('quit'),
  ]
}

function machineOrders(state: AppStatus['state']): TrayOrder[] {
  switch (state) {
    case 'stopped':
    case 'failed':
      return ['start']
    case 'starting':
    case 'running':
    case 'degraded':
      return ['stop']
    case 'stopping':
      return []
  }
}
