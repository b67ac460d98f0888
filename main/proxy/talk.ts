import type { AnswerHead, RequestHead } from './http/head.ts'

/** What a rule makes of a request's body. */
export type Verdict = { kind: 'unchanged' } | { kind: 'rewritten'; body: Buffer } | Refusal

/** An answer of our own, in the engine's form, that the engine never hears of. */
export interface Refusal {
  kind: 'refused'
  status: 400
  message: string
}

/** What becomes of an answer of JSON. */
export interface Restore {
  /** Which outcomes it is about. */
  isFor(status: number): boolean
  /** What it is given: the body when that is whole, or each line of a body that goes on. */
  of: 'body' | 'line'
  /** Gives what the client gets instead, or undefined for what came. */
  give(body: Buffer): Buffer | undefined
}

/** Which messages are looked into. All others pass as the bytes they are. */
export interface Rules {
  request(head: RequestHead): ((body: Buffer) => Verdict | Promise<Verdict>) | undefined
  answer(request: RequestHead): Restore | undefined
}

/** One request and its answer, from the request's head until the answer's end. */
export interface Exchange {
  readonly request: RequestHead
  /** After its answer the connection may carry something that is not HTTP. */
  readonly switches: boolean
  readonly restore: Restore | undefined
  /** Bytes of ours for the client as soon as its turn has come: an interim answer, or the whole one. */
  interim?: Buffer
  own?: Buffer
  /** The connection ends with the answer that is our own. */
  last?: boolean
}

/** The exchanges under way on one connection, oldest first, and what both directions must know of each other. */
export class Talk {
  readonly pending: Exchange[] = []
  /** Nothing is understood any more, or nothing is to be: bytes pass as they are. */
  raw = false
  readonly #waiting = new Set<() => void>()

  /** Resolves after the next change of this talk. */
  changed(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#waiting.add(() => {
      resolve(undefined)
    })
    return promise
  }

  tell(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }

  giveUp(): void {
    this.raw = true
    this.tell()
  }
}

/** Whether the connection belongs to something else than HTTP once the engine has agreed. */
export function switchesProtocol(head: RequestHead): boolean {
  if (head.values('upgrade').length > 0 || head.has('connection', 'upgrade')) return true
  const [path = ''] = head.target.split('?')
  return head.method === 'POST' && /\/(containers\/[^/]+\/attach|exec\/[^/]+\/start)$/.test(path)
}

export function isAgreed(head: AnswerHead): boolean {
  return head.status === 101
}
