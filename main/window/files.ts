import { stat } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

/** The built window: beside the sources, beside the bundle and in the installed app alike. */
export const windowFolder = join(import.meta.dirname, '..', '..', 'dist', 'renderer')

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

export interface WindowFile {
  file: string
  /** Bytes. */
  size: number
  contentType: string
  cacheControl: string
}

/**
 * The file of the built window that a path of an address names; undefined for one that is none of its files. A path
 * without an extension is a page of the window's router, and gets index.html; built assets carry a hash in their name
 * and may be kept for ever.
 */
export async function findWindowFile(
  folder: string,
  path: string,
): Promise<WindowFile | undefined> {
  const name = extname(path) === '' ? '/index.html' : path
  const file = normalize(join(folder, name))
  const found = file.startsWith(folder + sep) ? await stat(file).catch(() => undefined) : undefined
  if (!found?.isFile()) return undefined
  return {
    file,
    size: found.size,
    contentType: types[extname(file)] ?? 'application/octet-stream',
    cacheControl: name.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache',
  }
}
