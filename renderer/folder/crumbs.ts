export interface Crumb {
  path: string
  /** What is shown of it; together they are the whole path, as long as none is left out. */
  text: string
}

/** How many folders beneath a place are named before those in the middle are left out. */
const mostNamed = 4

/** The way from one of the places to a folder beneath it, step by step. */
export function toCrumbs(path: string, place: string): Crumb[] {
  const separator = path.includes('\\') ? '\\' : '/'
  const start = place.endsWith(separator) ? place.slice(0, -1) : place
  const names = path
    .slice(start.length)
    .split(separator)
    .filter((name) => name !== '')
  const steps = names.map((name, index) => ({
    path: [start, ...names.slice(0, index + 1)].join(separator),
    text: separator + name,
  }))
  const first = { path: place, text: names.length > 0 ? start : place }
  if (steps.length <= mostNamed) return [first, ...steps].filter(({ text }) => text !== '')
  const left = steps.slice(0, -2).map((step) => ({ ...step, text: `${separator}…` }))
  return [first, ...left.slice(-1), ...steps.slice(-2)].filter(({ text }) => text !== '')
}
