import { z } from 'zod'
import { VmError } from '../../errors.ts'
import type { MachineVirtiofs, VirtiofsFolder } from '../../machine-devices.ts'
import { withDeadline } from '../../waiting.ts'
import { folderParts, folderPort, folderPorts } from '../args.ts'
import type { QmpEvent } from '../qmp.ts'
import { forgetSocket, type FolderServer } from './server.ts'

/** A guest lets go of a device within seconds, also under emulation. */
const unplugMs = 30_000
/** What QEMU calls a link whose other end has gone. */
const gone = 'disconnected:'

/** As much of QEMU's control link as is needed here. */
export interface DeviceMonitor {
  execute(command: string, args?: Record<string, unknown>): Promise<unknown>
  onEvent(listener: (event: QmpEvent) => void): () => void
}

const chardevs = z.array(z.object({ label: z.string(), filename: z.string() }))
const properties = z.array(z.object({ name: z.string() }))

/**
 * The folders among QEMU's devices. QEMU itself is asked what there is: it has a port for each folder, and a link to
 * the server that is named by the folder's tag.
 */
export function createVirtiofs(
  monitor: () => DeviceMonitor,
  serve: (folder: VirtiofsFolder) => Promise<FolderServer>,
): MachineVirtiofs {
  const peripherals = async () => {
    const path = '/machine/peripheral'
    const found = properties.parse(await monitor().execute('qom-list', { path }))
    return new Set(found.map(({ name }) => name))
  }
  return {
    async list() {
      const names = await peripherals()
      if (!names.has(folderPort(0))) return undefined
      const found = chardevs.parse(await monitor().execute('query-chardev'))
      return found
        .filter(({ label }) => names.has(label))
        .map(({ label, filename }) => ({ tag: label, alive: !filename.startsWith(gone) }))
    },
    async add(folder) {
      const port = await findFreePort(monitor(), await peripherals())
      if (port === undefined) throw toFailed(folder, `more than ${folderPorts} folders`)
      const server = await serve(folder)
      try {
        await plug(monitor(), server, port)
      } catch (cause) {
        server.kill()
        throw toFailed(folder, cause instanceof Error ? cause.message : String(cause), cause)
      } finally {
        await forgetSocket(server.socket)
      }
    },
    remove: (tag) => unplug(monitor(), tag),
  }
}

async function findFreePort(
  monitor: DeviceMonitor,
  names: ReadonlySet<string>,
): Promise<string | undefined> {
  const ports = new Set(
    Array.from({ length: folderPorts }, (_, index) => folderPort(index)).filter((port) =>
      names.has(port),
    ),
  )
  const taken = new Set<string>()
  for (const name of names) {
    if (ports.has(name)) continue
    const path = `/machine/peripheral/${name}`
    // The bus of a device is named by the port that it is of: /machine/peripheral/<port>/<port>.
    const bus = await monitor.execute('qom-get', { path, property: 'parent_bus' }).catch(() => '')
    taken.add(String(bus).split('/').at(-1) ?? '')
  }
  return [...ports].find((port) => !taken.has(port))
}

async function plug(monitor: DeviceMonitor, server: FolderServer, port: string): Promise<void> {
  const { chardev, device } = folderParts(server, port)
  const addr = { type: 'unix', data: { path: chardev.path } }
  await monitor.execute('chardev-add', {
    id: chardev.id,
    backend: { type: 'socket', data: { addr, server: false } },
  })
  try {
    await monitor.execute('device_add', device)
  } catch (error) {
    await monitor.execute('chardev-remove', { id: chardev.id }).catch(() => undefined)
    throw error
  }
}

/** The server ends by itself once its link is gone. */
async function unplug(monitor: DeviceMonitor, tag: string): Promise<void> {
  const deleted = Promise.withResolvers<undefined>()
  const stop = monitor.onEvent(({ name, data }) => {
    if (name === 'DEVICE_DELETED' && data['device'] === tag) deleted.resolve(undefined)
  })
  const late = () => new VmError('virtiofs-failed', { path: tag, reason: 'the guest keeps it' })
  try {
    await monitor.execute('device_del', { id: tag })
    await withDeadline(unplugMs, undefined, late, () => deleted.promise)
  } finally {
    stop()
  }
  await monitor.execute('chardev-remove', { id: tag })
}

function toFailed({ path }: VirtiofsFolder, reason: string, cause?: unknown): VmError {
  return new VmError('virtiofs-failed', { path, reason }, { cause })
}
