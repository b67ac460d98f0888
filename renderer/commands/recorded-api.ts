import { type Api, kinds } from '#api'
import { goesOn } from './docker-command.ts'
import { createNamedError } from './named-error.ts'
import type { CommandRecorder, EndEntry } from './recorder.ts'

type Method = (...args: unknown[]) => unknown
type Services = Record<string, Record<string, Method>>

/** The Api as it was, with each of its calls and streams told to `recorder`, and its failures in the names it knows. */
export function recordApi(api: () => Api, recorder: CommandRecorder): Api {
  const recorded: Services = {}
  for (const [service, methods] of Object.entries(kinds)) {
    const proxy: Record<string, Method> = {}
    for (const [name, kind] of Object.entries(methods)) {
      const ask = (args: unknown[]) => (api() as unknown as Services)[service]?.[name]?.(...args)
      proxy[name] = (...args) => {
        const named = createNamedError(args, recorder.names)
        if (kind === 'stream')
          return recordStream(
            ask(args) as AsyncIterable<unknown>,
            () => recorder.begin(service, name, args),
            named,
          )
        const end = recorder.begin(service, name, args)
        const answer = (ask(args) as Promise<unknown>).catch((error: unknown) => {
          throw named(error)
        })
        answer.then((value) => {
          if (goesOn(service, name)) recorder.keepRun(String(value), end)
          else end()
        }, end)
        return answer
      }
    }
    recorded[service] = proxy
  }
  return recorded as unknown as Api
}

/** Begins with its first reading; a reader that leaves has had what it wanted. */
export function recordStream<T>(
  source: AsyncIterable<T>,
  begin: () => EndEntry,
  toError: (error: unknown) => unknown = (error) => error,
): AsyncIterable<T> {
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
          } catch (cause) {
            const error = toError(cause)
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
