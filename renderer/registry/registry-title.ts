import { dockerHub } from '#api'

/** Only one registry is called otherwise than image names have it. */
export function toRegistryTitle(registry: string): string {
  return registry === dockerHub ? 'Docker Hub' : registry
}
