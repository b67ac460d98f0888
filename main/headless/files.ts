import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'

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

/**
 * Sends a file of the built window. A path without an extension is a page of the window's router, and gets index.html;
 * built assets carry a hash in their name and may be kept for ever.
 */
export async function sendFile(
  folder: string,
  path: string,
  response: ServerResponse,
): Promise<void> {
  const name = extname(path) === '' ? '/index.html' : path
  const file = normalize(join(folder, name))
  const found = file.startsWith(folder + sep) ? await stat(file).catch(() => undefined) : undefined
  if (!found?.isFile()) {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'content-length': found.size,
    'cache-control': name.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache',
  })
  await pipeline(createReadStream(file), response)
}
