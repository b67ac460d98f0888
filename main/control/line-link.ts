import type { Socket } from 'node:net'
import { StringDecoder } from 'node:string_decoder'
import type { Link } from '#api'

/** Longer than any message of the contract: what exceeds it is no client of ours. */
const maxMessageLength = 16 * 1024 * 1024

/** A link over a socket: one JSON text a line. */
export function createLineLink(socket: Socket): Link {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let onMessage: (text: string) => void = () => undefined
  socket.on('data', (bytes: Buffer) => {
    const lines = (rest + decoder.write(bytes)).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > maxMessageLength) socket.destroy()
    for (const line of lines) onMessage(line)
  })
  // A broken connection is told by 'close', which follows.
  socket.on('error', () => undefined)
  return {
    send: (text) => {
      if (socket.writable) socket.write(`${text}\n`)
    },
    onMessage: (listener) => (onMessage = listener),
    onClose: (listener) => socket.once('close', listener),
  }
}
