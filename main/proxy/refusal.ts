import type { Refusal } from './talk.ts'

/** The refusal as the engine would have sent one. */
export function refusalBytes(refusal: Refusal, last: boolean): Buffer {
  const { status, message } = refusal
  const body = Buffer.from(`${JSON.stringify({ message })}\n`)
  const lines = [
    `HTTP/1.1 ${status} Bad Request`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    ...(last ? ['Connection: close'] : []),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body])
}
