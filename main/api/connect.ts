import { AppError } from './errors.ts'
import type { Kind, Kinds } from './kinds.ts'
import { stream } from './stream.ts'
import { type Answer, type KindTable, type Link, type Method, packArgs } from './wire.ts'

/** A question that has no final answer yet. */
interface Waiting {
  answer(answer: Answer): void
  lost(): void
}

/** The asking end of one link: numbers the questions and hands each answer to the one who waits for it. */
class Asker {
  readonly #link: Link
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  #open = true

  constructor(link: Link) {
    this.#link = link
    link.onMessage((text) => {
      const answer = JSON.parse(text) as Answer
      this.#waiting.get(answer.id)?.answer(answer)
    })
    link.onClose(() => {
      this.#open = false
      const lost = [...this.#waiting.values()]
      this.#waiting.clear()
      for (const entry of lost) entry.lost()
    })
  }

  ask(method: [string, string], args: unknown[], entry: Waiting): number {
    this.#lastId += 1
    const id = this.#lastId
    if (this.#open) {
      this.#waiting.set(id, entry)
      this.#link.send(JSON.stringify({ id, method, ...packArgs(args) }))
    } else {
      entry.lost()
    }
    return id
  }

  tell(id: number, more: { more: number } | { cancel: true }): void {
    if (this.#waiting.has(id)) this.#link.send(JSON.stringify({ id, ...more }))
  }

  done(id: number): void {
    this.#waiting.delete(id)
  }
}

function call(asker: Asker, method: [string, string], args: unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const id = asker.ask(method, args, {
      answer(answer) {
        asker.done(id)
        if ('error' in answer) reject(AppError.fromShape(answer.error))
        else if ('value' in answer) resolve(answer.value)
      },
      lost: () => reject(new AppError('disconnected')),
    })
  })
}

function read(asker: Asker, method: [string, string], args: unknown[]): AsyncIterable<unknown> {
  return stream<unknown>(
    (push, signal) =>
      new Promise<void>((resolve, reject) => {
        const id = asker.ask(method, args, {
          answer(answer) {
            if ('item' in answer) {
              void push(answer.item).then(() => asker.tell(id, { more: 1 }))
              return
            }
            asker.done(id)
            if ('error' in answer) reject(AppError.fromShape(answer.error))
            else resolve()
          },
          lost: () => reject(new AppError('disconnected')),
        })
        signal.addEventListener('abort', () => {
          asker.tell(id, { cancel: true })
          asker.done(id)
          resolve()
        })
      }),
  )
}

/**
 * The other end of `serve`: the Api as an object whose methods go over `link`. Everything that waits when the link
 * closes, and everything asked later, is rejected with `disconnected`.
 */
export function connect<Api>(link: Link, kinds: Kinds<Api>): Api {
  const asker = new Asker(link)
  const services: Record<string, Record<string, Method>> = {}
  for (const [service, methods] of Object.entries(kinds as KindTable)) {
    const proxy: Record<string, Method> = {}
    for (const [name, kind] of Object.entries<Kind>(methods)) {
      const ask = kind === 'call' ? call : read
      proxy[name] = (...args) => ask(asker, [service, name], args)
    }
    services[service] = proxy
  }
  return services as Api
}
