import type { WebSocket } from 'ws'
import type { Link } from '#api'

/** A link over a WebSocket: one JSON text a message. Binary messages are nobody's of ours and are passed over. */
export function createWebSocketLink(socket: WebSocket): Link {
  socket.on('error', () => socket.terminate())
  return {
    send: (text) => {
      if (socket.readyState === socket.OPEN) socket.send(text)
    },
    onMessage: (listener) =>
      socket.on('message', (data, isBinary) => {
        if (!isBinary && data instanceof Buffer) listener(data.toString('utf8'))
      }),
    onClose: (listener) => socket.once('close', listener),
  }
}
