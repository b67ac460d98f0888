import { connect } from 'node:net'

const question = 'GET /_ping HTTP/1.1\r\nHost: docker\r\n\r\n'

/**
 * One GET /_ping over a connection of its own, as each docker command makes it: the time in ms from the connect to
 * the last byte of the answer. Rejects when the answer is not 200 OK or does not come in `patienceMs`.
 */
export async function ping(path: string, patienceMs = 20_000): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const began = performance.now()
  let took: number | undefined
  let answer = ''
  const socket = connect({ path })
  socket.setTimeout(patienceMs, () => socket.destroy(new Error(`no answer in ${patienceMs} ms`)))
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1')
    if (!answer.includes('\r\n\r\nOK')) return
    took = performance.now() - began
    socket.destroy()
  })
  socket.on('error', reject)
  socket.on('end', () => socket.destroy())
  // Only then is the next one asked, so that no end of ours runs into its time.
  socket.on('close', () => {
    if (took !== undefined && answer.startsWith('HTTP/1.1 200')) resolve(took)
    else reject(new Error(`closed after ${JSON.stringify(answer.slice(0, 40))}`))
  })
  socket.write(question)
  return promise
}

/** One after the other. */
export async function pings(path: string, count: number): Promise<number[]> {
  const taken: number[] = []
  for (let index = 0; index < count; index++) taken.push(await ping(path))
  return taken
}

export interface Burst {
  /** Of the requests that were answered, in ms. */
  samples: number[]
  errors: string[]
  /** From the first connect to the last answer. */
  ms: number
}

/** `connections` requests, each over its own connection, by `clients` at once. */
export async function burst(
  path: string,
  { clients, connections }: { clients: number; connections: number },
): Promise<Burst> {
  const samples: number[] = []
  const errors: string[] = []
  let left = connections
  const began = performance.now()
  const client = async () => {
    while (left-- > 0) {
      try {
        samples.push(await ping(path))
      } catch (error) {
        errors.push(error instanceof Error ? error.message : String(error))
      }
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return { samples, errors, ms: performance.now() - began }
}
