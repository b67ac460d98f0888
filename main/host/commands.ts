import { join } from 'node:path'

/** Tells the app with a window to begin without showing it, as the CLI starts it. */
export const backgroundFlag = '--background'

/** Docker's helper as docker has to find it: of an installed app, whose `resources` hold it, or of this checkout. */
export function helperFile(resources?: string): string {
  const name = 'docker-credential-berth'
  // From the bundle in dist/main as from this folder.
  return resources === undefined
    ? join(import.meta.dirname, '..', '..', 'main', 'cli', `${name}.mjs`)
    : join(resources, 'cli', 'bin', name)
}

/**
 * Whether an app's folder is gone once it quits: an AppImage, or on a Mac an app that runs from its disk image or that
 * the system has moved aside. Nothing may be linked there, the less
 * as others could make that folder theirs.
 */
export function isPassing(resources: string): boolean {
  return /\/\.mount_[^/]+\/|^\/Volumes\/|\/AppTranslocation\//.test(resources)
}
