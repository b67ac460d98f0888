import type { IncomingMessage, ServerResponse } from 'node:http'
import type { App } from '../app.ts'

/**
 * POST /upload/image: the body is a `docker save` archive; the answer is a TransferProgress a line, and
 * `{ "error": ErrorShape }` as the last one when it failed.
 */
export async function receiveImage(
  app: App,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
  try {
    for await (const progress of app.images.loadFrom(request)) {
      response.write(`${JSON.stringify(progress)}\n`)
    }
    response.end()
  } catch (error) {
    // A browser reads the answer only once its whole request was taken.
    request.unpipe()
    request.resume()
    response.end(`${JSON.stringify({ error: app.toShape(error) })}\n`)
  }
}
