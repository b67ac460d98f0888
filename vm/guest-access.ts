import type { Hold } from './hold.ts'
import type { Machine } from './machine.ts'
import { execOverSsh, openPipe, openTerminal } from './ssh/exec.ts'

/** What can be done inside the guest that is held, over its ssh. */
export function createGuestAccess(
  hold: Pick<Hold, 'connection'>,
): Pick<Machine, 'exec' | 'pipe' | 'terminal' | 'connect'> {
  return {
    exec: async (command, options) =>
      execOverSsh(await hold.connection(options?.signal), command, options),
    pipe: async (command) => openPipe(await hold.connection(), command),
    terminal: async (command, size) => openTerminal(await hold.connection(), command, size),
    async connect({ address, port }, signal) {
      const connection = await hold.connection(signal)
      return connection.openPort(address, port, signal)
    },
  }
}
