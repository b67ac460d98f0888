import type { Machine, MachineSnapshot } from '#vm'
import type { EngineChanges } from './changes.ts'
import { type EngineClient, type EngineVersion, readVersion } from './client.ts'

/** What is known of the engine while it answers. */
export interface EngineWatch extends Disposable {
  readonly version: EngineVersion | undefined
  onVersion(listener: () => void): void
}

/**
 * Reads the engine's feed while the machine says that the engine answers, and has it expect what the guest saw the engine
 * tell. Asks the engine's version each time it comes back: an upgrade or a restart may have changed it.
 */
export function followEngine(
  machine: Machine,
  client: EngineClient,
  changes: EngineChanges,
): EngineWatch {
  const state: { version: EngineVersion | undefined; tell: () => void; up: boolean } = {
    version: undefined,
    tell: () => undefined,
    up: false,
  }
  const ask = async () => {
    const version = await readVersion(client).catch(() => undefined)
    if (!state.up || !version) return
    state.version = version
    state.tell()
  }
  const look = () => {
    const up = answers(machine.snapshot)
    if (up === state.up) {
      // It may have answered too late; the next news of the machine is a time as good as any.
      if (up && !state.version) void ask()
      return
    }
    state.up = up
    state.version = undefined
    if (up) {
      changes.open()
      void ask()
    } else {
      changes.close()
    }
  }
  const stops = [
    machine.onChange(look),
    machine.onEngineEvent((timeNano) => changes.expect(timeNano)),
  ]
  look()
  return {
    get version() {
      return state.version
    },
    onVersion(listener) {
      state.tell = listener
    },
    [Symbol.dispose]() {
      for (const stop of stops) stop()
    },
  }
}

function answers({ state, health }: MachineSnapshot): boolean {
  if (state.phase !== 'running') return false
  return health.some(({ link, state: found }) => link === 'engine' && found === 'ok')
}
