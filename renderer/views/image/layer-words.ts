/** A build's instruction as its author wrote it, without what the builders put around it. */
export function toInstruction(createdBy: string): string {
  return createdBy
    .replace(/^\/bin\/sh -c #\(nop\)\s*/, '')
    .replace(/^(?:RUN )?(?:\|\d+ (?:\S+=\S* )*)?\/bin\/sh -c\s*/, 'RUN ')
    .replace(/\s*# buildkit$/, '')
    .trim()
}

/** How long the bar of a layer is, in percent of the biggest; what is there at all can be seen. */
export function toShare(size: number, biggest: number): number {
  return size <= 0 || biggest <= 0 ? 0 : Math.max(1, (size / biggest) * 100)
}
