import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Answerer, Asked } from './answer.ts'
import { type BlobStream, openBlob } from './blob.ts'
import type { PullSource } from './pull-source.ts'
import { parseRange, type Range } from './route.ts'

/** Blobs: passed on as they come. */
export class AnswerBlob implements Answerer {
  readonly #source: PullSource

  constructor(source: PullSource) {
    this.#source = source
  }

  async answer({ route, request, response, signal, count }: Asked): Promise<void> {
    const range = parseRange(request.headers.range)
    const blob = await openBlob(this.#source, { route, range, signal })
    writeHead(response, blob, range)
    if (request.method === 'GET') await send(blob, response, count)
    else response.end()
  }
}

function writeHead(
  response: ServerResponse,
  { size, range: { start, end } }: BlobStream,
  range: Range | undefined,
): void {
  response.writeHead(range ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
    ...(range && { 'content-range': `bytes ${start}-${end}/${size}` }),
  })
}

async function send(
  { pieces }: BlobStream,
  response: ServerResponse,
  count: Asked['count'],
): Promise<void> {
  const counted = async function* () {
    for await (const { bytes, endpoint } of pieces) {
      count(endpoint.url, bytes.length)
      yield bytes
    }
  }
  await pipeline(counted, response)
}
