import type { MachineConfig } from '../machine-config.ts'
import type { SshConnection } from './connection.ts'

/**
 * Listens in the guest on the sockets that are to be served here, before anybody else can use the connection. Without
 * them the guest lacks something, but the engine it has: so a refusal is only logged.
 */
export async function openGuestSockets(
  config: Pick<MachineConfig, 'guestSockets' | 'log'>,
  connection: SshConnection,
): Promise<void> {
  const listening = (config.guestSockets ?? []).map(({ path, onStream }) =>
    connection.listen(path, onStream).catch((cause: unknown) => {
      config.log('guest-socket-refused', { path, reason: String(cause) })
    }),
  )
  await Promise.all(listening)
}
