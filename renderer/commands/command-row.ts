import type { Api } from '#api'

/** How objects are called where their ids would say nothing. */
export interface Names {
  container(id: string): string
  image(id: string): string
  /** Paths of a Compose project's files. */
  files(project: string): readonly string[]
}

/** `does` changes something; `looks` only asks. */
export type CommandKind = 'does' | 'looks'

export interface Command {
  kind: CommandKind
  argv: readonly string[]
}

/** Null for what no command line says: the window's own streams and its housekeeping. */
type Row<Method> = Method extends (...args: infer Args) => unknown
  ? {
      kind: CommandKind
      toArgv: (names: Names, ...args: Args) => readonly string[]
      /** It is not over with the answer, which names the run whose end is told later. */
      goesOn?: true
    } | null
  : never

export type CommandTable = {
  readonly [Service in keyof Api]: {
    readonly [Method in keyof Api[Service]]: Row<Api[Service][Method]>
  }
}

export const does = 'does' as const
export const looks = 'looks' as const
