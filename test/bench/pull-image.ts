import { type HostRegistry, startHostRegistry } from '../support/registry-lab/host-registry.ts'
import { pushImage, type PushedImage } from '../support/registry-lab/registry-content.ts'

const mebibyte = 1024 ** 2

/** For speed: what no compression makes smaller, in as many layers as an engine takes at once. */
export const speedLayers = [16, 16, 16].map((size) => size * mebibyte)
/** For failover: as little as shows it, so that what is left of a pull is short. */
const smallLayers = [mebibyte]

interface BenchImages extends AsyncDisposable {
  registry: HostRegistry
  large: PushedImage
  small: PushedImage
}

/** A real registry on this computer with both. */
export async function serveImages(): Promise<BenchImages> {
  await using stack = new AsyncDisposableStack()
  const registry = stack.use(await startHostRegistry())
  const large = await pushImage(registry, 'team/large:1', { layers: speedLayers })
  const small = await pushImage(registry, 'team/small:1', { layers: smallLayers })
  const held = stack.move()
  return { registry, large, small, [Symbol.asyncDispose]: () => held.disposeAsync() }
}
