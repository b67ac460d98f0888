import { setTimeout as delay } from 'node:timers/promises'
import type { HostPort, Settings } from '#api'
import { EngineChanges } from '../../main/engine/changes.ts'
import { createEngineClient, type EngineClient } from '../../main/engine/client.ts'
import { PortChoices } from '../../main/ports/choices.ts'
import { createLocalPorts } from '../../main/ports/local-ports.ts'
import { Ports } from '../../main/ports/ports.ts'
import type { TestMachine } from '../support/machine.ts'

const log = { file: '', write: () => undefined, failure: () => undefined }
const settings = { current: { publishTo: 'loopback' } as Settings, onChange: () => () => undefined }

/** The app's own published ports on a machine. Disposing closes what lives in this process. */
export interface Published extends AsyncDisposable {
  ports: Ports
  client: EngineClient
  changes: EngineChanges
  host: ReturnType<typeof createLocalPorts>
  /** A port of this computer that is free, and whose `count` - 1 neighbours are, too. */
  findFree(protocol?: 'tcp' | 'udp', count?: number): Promise<number>
  /** Resolves once all ports from `first` on are open. */
  whenOpen(first: number, count?: number): Promise<void>
}

export function publishPorts({
  machine,
  config,
}: Pick<TestMachine, 'machine' | 'config'>): Published {
  const host = createLocalPorts()
  const client = createEngineClient(config.engine.hostSocket)
  const changes = new EngineChanges(client, log)
  const ports = new Ports({
    machine,
    client,
    changes,
    settings,
    host,
    log,
    choices: new PortChoices(),
  })
  changes.open()
  let next = 21_000
  const isFree = async (protocol: 'tcp' | 'udp', port: number) =>
    (await host.probe({ protocol, address: '127.0.0.1', port })) === undefined
  return {
    ...{ client, ports, changes, host },
    async findFree(protocol = 'tcp', count = 1) {
      // Each port once in a run: what was connected to lately may be kept for a while.
      for (; next < 32_000; next += count) {
        const row = Array.from({ length: count }, (_, index) => next + index)
        const free = await Promise.all(row.map((port) => isFree(protocol, port)))
        if (free.every(Boolean)) return (next += count) - count
      }
      throw new Error('no port is free')
    },
    async whenOpen(first, count = 1) {
      const isOpen = ({ port, state }: HostPort) =>
        state === 'open' && port >= first && port < first + count
      while (ports.current.filter(isOpen).length < count) await delay(10)
    },
    async [Symbol.asyncDispose]() {
      await ports[Symbol.asyncDispose]()
      changes.close()
    },
  }
}
