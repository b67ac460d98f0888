import { constants } from 'node:fs'
import { access, opendir, realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, relative } from 'node:path'
import { AppError, type FolderListing, type FoldersApi, type PathChoice, type Settings } from '#api'
import { isDenied } from './host-error.ts'

/** What is read of one folder, and what is told of it. */
const mostEntries = 20_000
const mostNames = 2000

/** For a face without dialogs of the system's. */
export class FolderListings implements FoldersApi {
  readonly #settings: { readonly current: Settings }
  readonly #home: string

  constructor(settings: { readonly current: Settings }, home = homedir()) {
    this.#settings = settings
    this.#home = home
  }

  /** @throws {AppError} `folder-missing`, `folder-unreadable`, `folder-elsewhere`, with `path` */
  async list(path?: string, options: { files?: boolean } = {}): Promise<FolderListing> {
    const wanted = path ?? this.#home
    const roots = await this.#roots()
    const real = await toFolder(wanted)
    if (!isBeneath(real, roots)) throw new AppError('folder-elsewhere', { path: wanted })
    const found = await readFolder(real, roots)
    const parent = dirname(real)
    return {
      path: real,
      places: roots,
      ...(parent !== real && isBeneath(parent, roots) && { parent }),
      folders: found.folders.sort(byName).slice(0, mostNames),
      files: options.files === true ? found.files.sort(byName).slice(0, mostNames) : [],
      isCut: found.isCut || found.folders.length > mostNames || found.files.length > mostNames,
    }
  }

  choose(): Promise<PathChoice> {
    return Promise.resolve({ kind: 'no-dialog' })
  }

  async #roots(): Promise<string[]> {
    const named = [this.#home, ...this.#settings.current.shares.map(({ path }) => path)]
    const real = await Promise.all(named.map((path) => realpath(path).catch(() => undefined)))
    return [...new Set(real.filter((path) => path !== undefined))]
  }
}

async function toFolder(path: unknown): Promise<string> {
  const told = { path: String(path).slice(0, 300) }
  if (typeof path !== 'string' || !isAbsolute(path) || path.includes('\0')) {
    throw new AppError('folder-missing', told)
  }
  try {
    const real = await realpath(path)
    if (!(await stat(real)).isDirectory()) throw new AppError('folder-missing', told)
    await access(real, constants.R_OK | constants.X_OK)
    return real
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const code = isDenied(cause) ? 'folder-unreadable' : 'folder-missing'
    throw new AppError(code, told, { cause })
  }
}

/** A link to a folder is shown as long as it leads to what may be shown. */
async function readFolder(folder: string, roots: readonly string[]) {
  const found = { folders: [] as string[], files: [] as string[], isCut: false }
  let seen = 0
  for await (const entry of await opendir(folder)) {
    seen += 1
    if (seen > mostEntries) {
      found.isCut = true
      break
    }
    const { name } = entry
    if (name.startsWith('.')) continue
    const isFolder =
      entry.isDirectory() ||
      (entry.isSymbolicLink() && (await leadsToFolder(join(folder, name), roots)))
    if (isFolder) found.folders.push(name)
    else if (/\.ya?ml$/i.test(name)) found.files.push(name)
  }
  return found
}

async function leadsToFolder(link: string, roots: readonly string[]): Promise<boolean> {
  try {
    const real = await realpath(link)
    return isBeneath(real, roots) && (await stat(real)).isDirectory()
  } catch {
    return false
  }
}

function isBeneath(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => {
    const rest = relative(root, path)
    return rest === '' || (!isAbsolute(rest) && rest.split(/[\\/]/)[0] !== '..')
  })
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true, sensitivity: 'base' })
}
