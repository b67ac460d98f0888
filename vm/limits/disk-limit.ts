import { z } from 'zod'
import type { Monitor } from '../qemu/hostfwd.ts'

const gibibyte = 1024 ** 3
/** The name of the data disk in the command line; see args.ts. */
const node = 'data'

const nodes = z.array(
  z.object({ 'node-name': z.string(), image: z.object({ 'virtual-size': z.number() }) }),
)

/** How large the guest sees the data disk, in GiB. */
export async function readDisk(monitor: Monitor): Promise<number> {
  const found = nodes.parse(await monitor.execute('query-named-block-nodes', { flat: true }))
  const size = found.find((one) => one['node-name'] === node)?.image['virtual-size'] ?? 0
  return size / gibibyte
}

/** Makes it larger, never smaller: what lies at its end would be cut off. */
export async function growDisk(monitor: Monitor, diskGiB: number): Promise<void> {
  await monitor.execute('block_resize', { 'node-name': node, size: diskGiB * gibibyte })
}
