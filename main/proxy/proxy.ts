import type { Duplex } from 'node:stream'
import { EngineStream } from './engine-stream.ts'
import { createRules } from './rules.ts'
import type { FolderMap } from '../folders/folder-map.ts'

export interface ProxyOptions {
  /** Where Berth's own socket for the engine is on the host. */
  hostSocket: string
  folders?: () => FolderMap | undefined
  /** Whether the guest has devices of this kind to give, by CDI. */
  hasDevices?: (kind: string) => Promise<boolean>
  /** Words the refusal of a path that is not shared. */
  notShared: (path: string) => string
  /** Words why a port cannot be had twice, for whoever is refused it. */
  portTaken: (port: string) => string
  log: { write(event: string): void; failure(event: string, error: unknown): void }
}

/**
 * What stands before the engine on each connection: the host's addresses, folders and devices in what a client asks
 * become the guest's, and in what it is told the host's again. Everything else passes byte for byte.
 */
export function createProxy(options: ProxyOptions): (guest: Duplex) => Duplex {
  const { log } = options
  let isRootTold = false
  const rules = createRules({
    hostSocket: options.hostSocket,
    folders: options.folders ?? (() => undefined),
    hasDevices: options.hasDevices ?? (() => Promise.resolve(false)),
    notShared: options.notShared,
    portTaken: options.portTaken,
    renamesAll: process.platform === 'win32',
    onRoot() {
      if (!isRootTold) log.write('proxy.root-is-the-guests')
      isRootTold = true
    },
  })
  const onBug = (error: unknown) => {
    log.failure('bug', error)
  }
  return (guest) => new EngineStream(guest, rules, onBug)
}
