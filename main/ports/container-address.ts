import { AppError } from '#api'
import type { EngineClient } from '../engine/client.ts'

interface Inspected {
  HostConfig?: { NetworkMode?: string } | null
  NetworkSettings?: { Networks?: Record<string, { IPAddress?: string }> | null } | null
}

/** Where the guest finds a container; looked up for each connection, since a restart changes it. */
export async function findAddress(client: EngineClient, containerId: string): Promise<string> {
  const address = await client.json(
    { path: `/containers/${containerId}/json` },
    ({ HostConfig, NetworkSettings }: Inspected) => {
      const networks = Object.values(NetworkSettings?.Networks ?? {})
      const own = networks.map(({ IPAddress }) => IPAddress ?? '').find((ip) => ip !== '')
      return own ?? (HostConfig?.NetworkMode === 'host' ? '127.0.0.1' : undefined)
    },
  )
  if (address === undefined) throw new AppError('container-not-running', { name: containerId })
  return address
}
