import { lstat, readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

export interface HelperPlaces {
  /** Absolute. */
  folders: readonly string[]
  /** What follows `docker-credential-`, the best first. */
  names: readonly string[]
}

/**
 * Where the system's and docker's own installers put helpers. PATH is not looked at, since whoever can put a folder
 * there, or a file into one of its folders, would be handed every password (CVE-2019-15752).
 */
export function standardPlaces(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): HelperPlaces {
  if (platform === 'darwin')
    return {
      folders: [
        ...['/usr/local/bin', '/opt/homebrew/bin'],
        '/Applications/Docker.app/Contents/Resources/bin',
      ],
      names: ['osxkeychain', 'pass'],
    }
  if (platform === 'win32') {
    const programs = env['ProgramFiles'] ?? 'C:\\Program Files'
    return { folders: [join(programs, 'Docker', 'Docker', 'resources', 'bin')], names: ['wincred'] }
  }
  return { folders: ['/usr/bin', '/usr/local/bin'], names: ['secretservice', 'pass'] }
}

/** The helpers that are there and can be trusted, by the path that no link can lead elsewhere any more; best first. */
export async function findHelpers({ folders, names }: HelperPlaces): Promise<string[]> {
  const found: string[] = []
  for (const name of names) {
    for (const folder of folders) {
      const file = `docker-credential-${name}${process.platform === 'win32' ? '.exe' : ''}`
      const program = await toTrusted(join(folder, file)).catch(() => undefined)
      if (program !== undefined) found.push(program)
    }
  }
  return [...new Set(found)]
}

/** A program that nobody but its user and root can have put there, by where it lies. @throws when there is none */
async function toTrusted(named: string): Promise<string | undefined> {
  const program = await realpath(named)
  const own = await stat(program)
  // A link to a program that does whatever it is told would be one, too.
  if (basename(program).toLowerCase() !== basename(named) || !own.isFile()) return undefined
  // Windows has no such bits; its folder of programs is its administrators'.
  if (process.platform === 'win32') return program
  return (own.mode & 0o111) !== 0 && (await isOutOfReach(named)) ? program : undefined
}

/** Nobody else can put anything in the place of it, of a folder above it, or of what a link on the way leads to. */
async function isOutOfReach(path: string): Promise<boolean> {
  const [found, folder] = [await lstat(path), dirname(path)]
  if (folder !== path && !(await isOutOfReach(folder))) return false
  if (!found.isSymbolicLink()) return isOurs(found)
  // The mode of a link says nothing.
  if (!isOwned(found)) return false
  return await isOutOfReach(resolve(await realpath(folder), await readlink(path)))
}

/** In a folder with the sticky bit others add what is theirs, and take away nothing. */
function isOurs(found: { uid: number; mode: number; isDirectory(): boolean }): boolean {
  if (!isOwned(found)) return false
  return (found.mode & 0o022) === 0 || (found.isDirectory() && (found.mode & 0o1000) !== 0)
}

function isOwned({ uid }: { uid: number }): boolean {
  return uid === 0 || uid === process.getuid?.()
}
