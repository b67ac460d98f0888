import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { App } from '../app.ts'
import { parseArchiveRequest } from '../window/archive.ts'

/**
 * GET /download/image?name=…: a `docker save` archive, as fast as the browser takes it. A browser that goes away ends
 * the engine's work. What fails before the first byte is answered in words; later the connection is cut, so that a
 * broken archive is never taken for a whole one.
 */
export async function sendArchive(
  app: App,
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const abort = new AbortController()
  response.once('close', () => abort.abort())
  try {
    const { names, file } = parseArchiveRequest(query)
    const archive = await app.images.save(names, abort.signal)
    response.writeHead(200, {
      'content-type': 'application/x-tar',
      'content-disposition': `attachment; filename="${file}"`,
      'cache-control': 'no-store',
    })
    await pipeline(archive, response, { signal: abort.signal })
  } catch (error) {
    if (abort.signal.aborted) return
    if (response.headersSent) response.destroy()
    else refuse(app, error, response)
  }
}

function refuse(app: App, error: unknown, response: ServerResponse): void {
  response
    .writeHead(404, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify({ error: app.toShape(error) }))
}

/** Whether a page of ours asked: a link elsewhere, or an address typed by hand, makes the engine do nothing. */
export function isOwnRequest(request: IncomingMessage): boolean {
  return request.headers['sec-fetch-site'] === 'same-origin'
}
