import { type Link, stream } from '#api'
import { type Face, SessionRefused } from './face.ts'
import { uploadImage } from './image-upload.ts'

const refusedCode = 4401

/** The face in a browser: JSON text over a WebSocket to where the page came from, whose address is `base`. */
export function createBrowserFace(base: string): Face {
  return {
    dial: () => dial(base),
    loadImage: (file) => stream((push, signal) => uploadImage(file, { base, push, signal })),
  }
}

async function dial(base: string): Promise<Link> {
  // A refused WebSocket does not tell a page why, so the session is asked first.
  const session = await fetch(new URL('session', base), { cache: 'no-store' })
  if (session.status === 401) throw new SessionRefused()
  const address = new URL('api', base)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(address)
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true })
    socket.addEventListener('close', (event) => {
      reject(event.code === refusedCode ? new SessionRefused() : new Error('no connection'))
    })
  })
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
    },
    onMessage: (listener) => {
      socket.addEventListener('message', (event: MessageEvent<string>) => listener(event.data))
    },
    onClose: (listener) => {
      if (socket.readyState === WebSocket.CLOSED) listener()
      else socket.addEventListener('close', () => listener())
    },
  }
}
