import { once } from 'node:events'
import { createSocket } from 'node:dgram'
import { connect, type Socket } from 'node:net'

const question = 'GET / HTTP/1.1\r\nHost: guest\r\n\r\n'
const patienceMs = 20_000

export interface Place {
  host: string
  port: number
}

/** How long so many bytes take to come, in ms, from the connect on; see `serve` in guest-tool.c. */
export async function stream(place: Place, bytes: number): Promise<number> {
  const began = performance.now()
  const socket = await open(place)
  socket.write(`${bytes}\n`)
  let got = 0
  for await (const chunk of socket as AsyncIterable<Buffer>) got += chunk.length
  if (got !== bytes) throw new Error(`${got} of ${bytes} bytes came`)
  return performance.now() - began
}

/** The time in ms of each of so many requests on one connection that is kept. */
export async function keptRequests(place: Place, count: number): Promise<number[]> {
  const socket = await open(place)
  const taken: number[] = []
  try {
    for (let index = 0; index < count; index += 1) taken.push(await ask(socket))
  } finally {
    socket.destroy()
  }
  return taken
}

/** The same with a new connection for each. */
export async function freshRequests(place: Place, count: number): Promise<number[]> {
  const taken: number[] = []
  for (let index = 0; index < count; index += 1) {
    const began = performance.now()
    const socket = await open(place)
    await ask(socket)
    taken.push(performance.now() - began)
    socket.destroy()
    await once(socket, 'close')
  }
  return taken
}

/** Whether somebody answers there now; a port that merely accepts does not. */
export async function isAnswered(place: Place): Promise<boolean> {
  try {
    const socket = await open(place)
    try {
      await ask(socket)
      return true
    } finally {
      socket.destroy()
    }
  } catch {
    return false
  }
}

/** How many of so many datagrams came back, each waited for before the next. */
export async function echoes({ host, port }: Place, count: number): Promise<number> {
  const socket = createSocket('udp4')
  let back = 0
  try {
    for (let index = 0; index < count; index += 1) {
      const answer = once(socket, 'message', { signal: AbortSignal.timeout(2000) })
      socket.send(`datagram ${index}`, port, host)
      const [text]: unknown[] = await answer.catch(() => [])
      if (String(text) === `datagram ${index}`) back += 1
    }
  } finally {
    socket.close()
  }
  return back
}

async function open({ host, port }: Place): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true })
  socket.setTimeout(patienceMs, () => socket.destroy(new Error(`silent for ${patienceMs} ms`)))
  await once(socket, 'connect')
  return socket
}

async function ask(socket: Socket): Promise<number> {
  const began = performance.now()
  socket.write(question)
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  let answer = ''
  const onData = (chunk: Buffer) => {
    answer += chunk.toString('latin1')
    if (answer.endsWith('\r\n\r\nOK')) resolve(performance.now() - began)
  }
  const onClose = () => {
    reject(new Error(`closed after ${JSON.stringify(answer)}`))
  }
  socket.on('data', onData)
  socket.on('close', onClose)
  socket.on('error', reject)
  try {
    return await promise
  } finally {
    socket.off('data', onData)
    socket.off('close', onClose)
    socket.off('error', reject)
  }
}
