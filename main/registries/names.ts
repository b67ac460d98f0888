import { AppError, dockerHub, isRegistryHost, toTypedRegistry } from '#api'
import { isRegistryName } from '../registry/base-url.ts'

/** As docker calls its own hub in config.json and before its helpers: the address of an API that is long gone. */
const dockerHubServer = 'https://index.docker.io/v1/'

/**
 * The one name that a registry has here, from whatever it is called by: a name, an address, docker's own key of it.
 * @throws {AppError} `registry-name-invalid`
 */
export function toRegistry(text: string): string {
  const name = toTypedRegistry(text)
  // One word is an image's own name, and no registry's.
  if (isRegistryName(name) && isRegistryHost(name)) return name
  // Whoever writes a password into an address must not find it in a message.
  throw new AppError('registry-name-invalid', {
    registry: text.replace(/^.*@/s, '…@').slice(0, 200),
  })
}

/** The key under which docker has a registry in config.json, and by which it asks its helpers. */
export function toDockerServer(registry: string): string {
  return registry === dockerHub ? dockerHubServer : registry
}
