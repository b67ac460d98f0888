import { createReadStream } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { findWindowFile } from '../window/files.ts'

/** Sends a file of the built window, or 404. */
export async function sendFile(
  folder: string,
  path: string,
  response: ServerResponse,
): Promise<void> {
  const found = await findWindowFile(folder, path)
  if (!found) {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, {
    'content-type': found.contentType,
    'content-length': found.size,
    'cache-control': found.cacheControl,
  })
  await pipeline(createReadStream(found.file), response)
}
