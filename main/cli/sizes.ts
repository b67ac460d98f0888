/** Bytes as people read them in a terminal, in any language. */
export function toGiB(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`
}
