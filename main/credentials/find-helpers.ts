import { lstat, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

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
      const program = await realpath(join(folder, file)).catch(() => undefined)
      if (program !== undefined && (await isTrusted(program))) found.push(program)
    }
  }
  return [...new Set(found)]
}

/** A program that nobody but its user and root can have put there, nor into any folder above it. */
async function isTrusted(program: string): Promise<boolean> {
  // Windows has no such bits; its folder of programs is its administrators'.
  if (process.platform === 'win32') return (await stat(program)).isFile()
  const own = await lstat(program)
  if (!own.isFile() || (own.mode & 0o111) === 0 || !isOurs(own)) return false
  for (let folder = dirname(program); ; folder = dirname(folder)) {
    if (!isOurs(await lstat(folder))) return false
    if (folder === dirname(folder)) return true
  }
}

/** In a folder with the sticky bit others add what is theirs, and take away nothing. */
function isOurs(found: { uid: number; mode: number; isDirectory(): boolean }): boolean {
  if (found.uid !== 0 && found.uid !== process.getuid?.()) return false
  return (found.mode & 0o022) === 0 || (found.isDirectory() && (found.mode & 0o1000) !== 0)
}
