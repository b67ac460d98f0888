import { AppError, type HostPort } from '#api'
import type { ListenerState } from './keeper.ts'
import type { Listener } from './listener.ts'
import { toPortError } from './trouble.ts'
import type { WantedPort } from './wanted.ts'

/** A port with the worst that is known of its listeners. */
export function toHostPort(
  { port, listeners, refusal }: WantedPort,
  stateOf: (listener: Listener) => ListenerState,
  platform: NodeJS.Platform,
): HostPort {
  if (refusal !== undefined) {
    const error = new AppError(refusal, { port: port.port }).toShape()
    return { ...port, state: 'closed', error }
  }
  for (const listener of listeners) {
    const state = stateOf(listener)
    if (state.kind !== 'trouble') continue
    return {
      ...port,
      state: state.code === 'EADDRINUSE' ? 'taken' : 'closed',
      error: toPortError(state, listener, platform),
      ...(state.holder && { holder: state.holder }),
    }
  }
  const isOpen = listeners.every((listener) => stateOf(listener).kind === 'open')
  return { ...port, state: isOpen ? 'open' : 'opening' }
}
