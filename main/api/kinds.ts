/** Whether JSON text carries a type unchanged. `undefined` fields are left out on the way. */
type IsJson<T> = T extends string | number | boolean | null | undefined
  ? true
  : T extends (...args: never[]) => unknown
    ? false
    : T extends readonly (infer Item)[]
      ? IsJson<Item>
      : T extends { toJSON: unknown } | Iterable<unknown> | AsyncIterable<unknown>
        ? false
        : T extends object
          ? false extends { [Key in keyof T]-?: IsJson<T[Key]> }[keyof T]
            ? false
            : true
          : false

type All<T extends readonly unknown[]> = false extends { [I in keyof T]: IsJson<T[I]> }[number]
  ? false
  : true

/** `call` for a Promise, `stream` for an AsyncIterable; `never` (a compile error) for what JSON cannot carry. */
type KindOf<Method> = Method extends (...args: infer Args) => Promise<infer Result>
  ? // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a call without a result is declared Promise<void>
    [Result] extends [void]
    ? All<Required<Args>> extends true
      ? 'call'
      : never
    : All<[...Required<Args>, Result]> extends true
      ? 'call'
      : never
  : Method extends (...args: infer Args) => AsyncIterable<infer Item>
    ? All<[...Required<Args>, Item]> extends true
      ? 'stream'
      : never
    : never

/** The runtime trace of an Api: its services' methods by kind. It is the allow-list of the wire. */
export type Kinds<Api> = {
  readonly [Service in keyof Api]: {
    readonly [Method in keyof Api[Service]]: KindOf<Api[Service][Method]>
  }
}

export type Kind = 'call' | 'stream'
