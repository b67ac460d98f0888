import {
  type Api,
  AppError,
  type ErrorShape,
  type ExecSpec,
  type TerminalEvent,
  type TerminalSize,
} from '#api'
import type { ScreenEvents, TerminalScreen } from './terminal-screen.ts'

export type SessionPhase =
  | { kind: 'opening' }
  | { kind: 'open' }
  /** Without a code when the shell's end was not told. */
  | { kind: 'exited'; code?: number }
  | { kind: 'failed'; error: ErrorShape }

export interface SessionOptions {
  api: Pick<Api, 'terminals'>
  container: string
  exec: ExecSpec
  createScreen: (events: ScreenEvents) => TerminalScreen
  onPhase: (phase: SessionPhase) => void
  onLink: (address: string) => void
  onLeave: () => void
}

/** Beyond this much that has come and is not drawn, no more is read: a flood waits at its source. */
const mostPending = 1_000_000

/** A shell in a container with its screen. It goes on while nobody looks. */
export class TerminalSession {
  readonly screen: TerminalScreen
  readonly #options: SessionOptions
  /** What the app calls this terminal while its shell runs. */
  #terminal = ''
  #source: AsyncIterator<TerminalEvent> | undefined

  constructor(options: SessionOptions) {
    const { terminals } = options.api
    this.#options = options
    this.screen = options.createScreen({
      // A terminal that has just ended refuses what came last; its end is told by itself.
      input: (text) => {
        if (this.#terminal !== '') terminals.write(this.#terminal, text).catch(() => undefined)
      },
      resize: (size) => {
        if (this.#terminal !== '') terminals.resize(this.#terminal, size).catch(() => undefined)
      },
      link: options.onLink,
      leave: options.onLeave,
    })
  }

  /** Starts the shell, instead of the one before, in a terminal of this size. */
  open(size: TerminalSize): void {
    const { api, container, exec, onPhase } = this.#options
    this.#stop()
    const source = api.terminals.openContainer(container, exec, size)[Symbol.asyncIterator]()
    this.#source = source
    onPhase({ kind: 'opening' })
    this.#follow(source).catch((error: unknown) => {
      if (this.#source !== source) return
      const known = error instanceof AppError ? error : new AppError('internal', { log: '' })
      this.#end({ kind: 'failed', error: known.toShape() })
    })
  }

  /** Ends the shell and lets go of the screen. */
  close(): void {
    this.#stop()
    this.screen.dispose()
  }

  #stop() {
    const source = this.#source
    this.#source = undefined
    this.#terminal = ''
    void source?.return?.()
  }

  #end(phase: SessionPhase) {
    this.#terminal = ''
    this.#options.onPhase(phase)
  }

  async #follow(source: AsyncIterator<TerminalEvent>) {
    let pending = 0
    for (;;) {
      const next = await source.next()
      if (this.#source !== source) return
      if (next.done === true) break
      const event = next.value
      switch (event.kind) {
        case 'opened':
          this.#terminal = event.terminal
          this.#options.onPhase({ kind: 'open' })
          break
        case 'exited':
          this.#end({ kind: 'exited', code: event.code })
          return
        case 'output': {
          const { length } = event.text
          pending += length
          const drawn = this.screen.write(event.text).then(() => (pending -= length))
          if (pending > mostPending) await drawn
        }
      }
    }
    this.#end({ kind: 'exited' })
  }
}
