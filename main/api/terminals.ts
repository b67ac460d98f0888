export type TerminalEvent =
  | { kind: 'opened'; terminal: string }
  | { kind: 'output'; text: string }
  | { kind: 'exited'; code: number }

/** In character cells. */
export interface TerminalSize {
  columns: number
  rows: number
}

/** What `docker exec -it` would be given. */
export interface ExecSpec {
  command: string[]
  user?: string
  workdir?: string
}

export interface TerminalsApi {
  /** A terminal in the guest; its first item names it for `write` and `resize`. Leaving the stream ends it; it ends without `exited` where the code is not known. */
  openMachine(command: string[], size: TerminalSize): AsyncIterable<TerminalEvent>
  /** The same in a running container. */
  openContainer(id: string, exec: ExecSpec, size: TerminalSize): AsyncIterable<TerminalEvent>
  /** Paths of the shells that a container has, the most comfortable first; empty for one without any. */
  shells(id: string): Promise<string[]>
  write(terminal: string, text: string): Promise<void>
  resize(terminal: string, size: TerminalSize): Promise<void>
}
