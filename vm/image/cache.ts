import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, relative, sep } from 'node:path'

export type Arch = 'amd64' | 'arm64'

/** The folder this recipe lies in, seen from here and from the bundle in dist/main. */
export const recipeFolder = existsSync(join(import.meta.dirname, 'packages.txt'))
  ? import.meta.dirname
  : join(import.meta.dirname, '..', '..', 'vm', 'image')

/** Raised when the same recipe would leave a folder of another shape. */
const format = 1

/**
 * Sixteen hex digits that change when anything changes that goes into the image: every file of the
 * recipe but its papers and the TypeScript around it, and the architecture.
 */
export async function recipeHash(arch: Arch): Promise<string> {
  const hash = createHash('sha256').update(`berth image ${format} ${arch}\n`)
  const entries = await readdir(recipeFolder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && !/\.(ts|md)$|^\./.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  for (const file of files) {
    const content = await readFile(file)
    const name = relative(recipeFolder, file).split(sep).join('/')
    hash.update(`${name}\n${content.length}\n`).update(content)
  }
  return hash.digest('hex').slice(0, 16)
}

/** Where built images and tools are kept: outside of any checkout, so that all share them. */
export function cacheFolder(): string {
  const { BERTH_CACHE, XDG_CACHE_HOME } = process.env
  if (BERTH_CACHE) return BERTH_CACHE
  return XDG_CACHE_HOME ? join(XDG_CACHE_HOME, 'berth') : join(homedir(), '.cache', 'berth')
}

/** The folder of the image that this recipe makes; it may not be there yet. */
export async function imageFolder(arch: Arch): Promise<string> {
  return join(cacheFolder(), 'images', `${await recipeHash(arch)}-${arch}`)
}

/** The folder of the docker clients from the image's packages; it may not be there yet. */
export async function toolsFolder(arch: Arch): Promise<string> {
  return join(cacheFolder(), 'tools', `${await recipeHash(arch)}-${arch}`)
}
