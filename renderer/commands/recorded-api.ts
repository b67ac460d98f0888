import { type Api, kinds } from '#api'
import type { CommandRecorder, EndEntry } from './recorder.ts'

type Method = (...args: unknown[]) => unknown
type Services = Record<string, Record<string, Method>>

/** The Api as it was, with each of its calls and streams told to `recorder`. */
export function recordApi(api: () => Api, recorder: CommandRecorder): Api {
  const recorded: Services = {}
  for (const [service, methods] of Object.entries(kinds)) {
    const proxy: Record<string, Method> = {}
    for (const [name, kind] of Object.entries(methods)) {
      const ask = (args: unknown[]) => (api() as unknown as Services)[service]?.[name]?.(...args)
      proxy[name] = (...args) => {
        if (kind === 'stream')
          return recordStream(ask(args) as AsyncIterable<unknown>, () =>
            recorder.begin(service, name, args),
          )
        const end = recorder.begin(service, name, args)
        const answer = ask(args) as Promise<unknown>
        answer.then(() => end(), end)
        return answer
      }
    }
    recorded[service] = proxy
  }
  return recorded as unknown as Api
}

/** Begins with its first reading; a reader that leaves has had what it wanted. */
export function recordStream<T>(source: AsyncIterable<T>, begin: () => EndEntry): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const inner = source[Symbol.asyncIterator]()
      const end = begin()
      return {
        async next() {
          try {
            const item = await inner.next()
            if (item.done === true) end()
            return item
          } catch (error) {
            end(error)
            throw error
          }
        },
        async return() {
          end(undefined, true)
          return (await inner.return?.()) ?? { done: true, value: undefined }
        },
      }
    },
  }
}
