/** The colours of a terminal that are told apart on both grounds, and mean nothing. */
const codes = [36, 35, 33, 32, 34, 96, 95, 93, 92, 94]

/** The parts of a log in colour, as wide as the widest so far: each keeps its own for as long as the page is open. */
export function createServiceColors(): (from: string) => string {
  const known = new Map<string, number>()
  let widest = 0
  return (from) => {
    const code = known.get(from) ?? codes[known.size % codes.length] ?? 36
    known.set(from, code)
    widest = Math.max(widest, from.length)
    return `\u001b[${code}m${from.padEnd(widest)}\u001b[39m  `
  }
}
