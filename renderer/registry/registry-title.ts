/** Only one registry is called otherwise than image names have it. */
export function toRegistryTitle(registry: string): string {
  return registry === 'docker.io' ? 'Docker Hub' : registry
}
