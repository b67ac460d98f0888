/** Pixels of a digit in the widest of the systems' faces, of a port's own edges, and of the "+3" for the rest. */
const digit = 7.3
const edges = 18
const rest = 28

/** How many of these texts there is room for beside the count of the rest; one at least. */
export function toFit(texts: readonly string[], room: number): number {
  let used = 0
  for (const [index, text] of texts.entries()) {
    used += text.length * digit + edges
    const isLast = index === texts.length - 1
    if (index > 0 && used > room - (isLast ? 0 : rest)) return index
  }
  return texts.length
}
