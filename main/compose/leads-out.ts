import { lstatSync, realpathSync } from 'node:fs'
import { isAbsolute, join, relative, sep } from 'node:path'

/** Whether a link on the way from a folder to what is named in it leads out of that folder, or who knows where. */
export function leadsOut(folder: string, path: string): boolean {
  let at = folder
  for (const name of relative(folder, path).split(sep)) {
    at = join(at, name)
    const found = lstatSync(at, { throwIfNoEntry: false })
    if (!found) return false
    if (found.isSymbolicLink() && !isInside(at, folder)) return true
  }
  return false
}

function isInside(link: string, folder: string): boolean {
  try {
    const rest = relative(realpathSync(folder), realpathSync(link))
    return !isAbsolute(rest) && rest.split(sep)[0] !== '..'
  } catch {
    // It leads to what only the guest has.
    return false
  }
}
