import type { Call } from './answers.ts'
import { pause } from './pause.ts'

/** Ways in which an answer can be wrong. */
export type Fault =
  | 'invalid-json'
  | 'half'
  | 'html-500'
  | 'empty'
  | 'close'
  | 'never'
  | 'wrong-type'
  | { status: number; message: string }

export interface Faults {
  /** The next answer (or the next `times`) to a request that holds `path`, as in `DELETE /containers`, goes wrong. */
  breakNext: (path: string, how: Fault, times?: number) => void
  /** Every answer, from now on and until it is called with undefined, by turns. */
  breakAll: (ways: readonly Fault[] | undefined) => void
  /** The fault that is due for a path. */
  take: (path: string) => Fault | undefined
}

/** What must work for the window to be there at all. */
const spared = /\/(_ping|version)$/

export function createFaults(): Faults {
  const due: { path: string; how: Fault; left: number }[] = []
  let all: readonly Fault[] | undefined
  let turn = 0
  return {
    breakNext(path, how, times = 1) {
      due.push({ path, how, left: times })
    },
    breakAll(ways) {
      all = ways
    },
    take(path) {
      const found = due.find((one) => one.left > 0 && path.includes(one.path))
      if (found) {
        found.left -= 1
        return found.how
      }
      if (!all || spared.test(path)) return undefined
      turn += 1
      // Every other one is right, so that something comes through now and then.
      return turn % 2 === 0 ? all[(turn / 2) % all.length] : undefined
    },
  }
}

/** Answers wrongly instead of rightly. */
export async function sendFault({ response, gone }: Call, how: Fault): Promise<void> {
  if (typeof how === 'object') {
    response.writeHead(how.status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ message: how.message }))
    return
  }
  switch (how) {
    case 'invalid-json':
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end('[{"Id": "abc", nonsense\n')
      return
    case 'half':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '4096' })
      response.write('[{"Id":"0123456789ab","Names":["/half')
      await pause(20, gone)
      response.destroy()
      return
    case 'html-500':
      response.writeHead(500, { 'content-type': 'text/html' })
      response.end('<html><body><h1>502 Bad Gateway</h1><script>alert(1)</script></body></html>')
      return
    case 'empty':
      response.writeHead(200).end()
      return
    case 'close':
      response.destroy()
      return
    case 'never':
      await new Promise<void>((resolve) => gone.addEventListener('abort', () => resolve()))
      return
    case 'wrong-type':
      response.writeHead(200, { 'content-type': 'text/plain' })
      response.end('{"message":"an object where a list was asked for"}')
      return
  }
}
