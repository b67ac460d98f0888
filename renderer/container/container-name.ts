/** What the engine takes for a container's name: two characters at least. */
const pattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/

export function isContainerName(name: string): boolean {
  return pattern.test(name)
}
