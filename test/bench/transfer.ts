import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

export interface Transfer {
  method?: 'GET' | 'PUT' | 'POST'
  path: string
  /** Sent whole, with its length. */
  body?: Buffer
}

/** One request to the engine over a connection of its own: the time in ms to the last byte of the answer. */
export async function transfer(
  socketPath: string,
  { method = 'GET', path, body }: Transfer,
): Promise<{ ms: number; body: Buffer }> {
  const began = performance.now()
  const answer = await ask(socketPath, { method, path, ...(body && { body }) })
  const chunks: Buffer[] = []
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk)
  const ms = performance.now() - began
  const found = Buffer.concat(chunks)
  const said = body || answer.statusCode !== 200 ? found.toString() : ''
  if (answer.statusCode !== 200 || said.includes('"error"'))
    throw new Error(`${method} ${path}: ${answer.statusCode ?? '?'} ${said}`)
  return { ms, body: found }
}

/** Begins to read an answer, sleeps for `sleepMs` and calls `look` with how long it has slept; then hangs up. */
export async function sleepingReader(
  socketPath: string,
  path: string,
  { sleepMs, look }: { sleepMs: number; look: (sleptMs: number) => Promise<void> },
): Promise<void> {
  const answer = await ask(socketPath, { method: 'GET', path })
  await once(answer, 'readable')
  answer.read(1)
  const began = performance.now()
  for (let slept = 0; slept < sleepMs; slept = performance.now() - began) {
    await look(slept)
    await delay(500)
  }
  answer.destroy()
}

async function ask(socketPath: string, { method, path, body }: Transfer): Promise<IncomingMessage> {
  const headers = body && {
    'Content-Type': 'application/x-tar',
    'Content-Length': body.length,
  }
  const asked = request({ socketPath, method, path, headers, agent: false })
  asked.end(body)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return answer
}
