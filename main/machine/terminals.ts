import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import {
  AppError,
  type ExecSpec,
  stream,
  type TerminalEvent,
  type TerminalsApi,
  type TerminalSize,
} from '#api'
import type { Machine } from '#vm'
import type { EngineClient } from '../engine/client.ts'
import { openExec } from '../engine/exec.ts'
import { parseContainerId } from '../engine/names.ts'
import { findShells } from '../engine/shells.ts'
import { askMachine } from './errors.ts'
import { parseExec, parseSize } from './terminal-input.ts'

interface OpenTerminal {
  stream: Duplex
  resize(size: TerminalSize): unknown
  /** Undefined where it is not known. */
  exited(): Promise<number | undefined>
  /** Ends what runs in it. */
  close(): void
}

/** Terminals by name. One lives as long as its stream is read. */
export class Terminals implements TerminalsApi {
  readonly #machine: Machine
  readonly #client: EngineClient
  readonly #open = new Map<string, OpenTerminal>()

  constructor(machine: Machine, client: EngineClient) {
    this.#machine = machine
    this.#client = client
  }

  openMachine(command: string[], size: TerminalSize): AsyncIterable<TerminalEvent> {
    const { command: words } = parseExec({ command })
    const wanted = parseSize(size)
    return this.#read(async () => {
      const terminal = await askMachine(() => this.#machine.terminal(words, wanted))
      const { stream } = terminal
      return { ...terminal, exited: () => terminal.exited, close: () => void stream.destroy() }
    })
  }

  openContainer(id: string, spec: ExecSpec, size: TerminalSize): AsyncIterable<TerminalEvent> {
    const container = parseContainerId(id)
    const [exec, wanted] = [parseExec(spec), parseSize(size)]
    const hangUp = (pid: number) => this.#machine.exec(['kill', '-HUP', String(pid)])
    return this.#read(async () => {
      const terminal = await openExec(this.#client, container, { exec, size: wanted, hangUp })
      // Where the engine cannot be asked any more, there is nothing left to end.
      return { ...terminal, close: () => void terminal.hangUp().catch(() => undefined) }
    })
  }

  async shells(id: string): Promise<string[]> {
    return findShells(this.#client, parseContainerId(id))
  }

  async write(terminal: string, text: string): Promise<void> {
    const { stream: input } = this.#find(terminal)
    if (typeof text !== 'string') throw new AppError('input-invalid', { what: 'text' })
    if (input.destroyed || input.write(text)) return
    await new Promise<void>((resolve) => {
      const go = () => {
        input.off('drain', go).off('close', go)
        resolve()
      }
      input.on('drain', go).on('close', go)
    })
  }

  async resize(terminal: string, size: TerminalSize): Promise<void> {
    const wanted = parseSize(size)
    await this.#find(terminal).resize(wanted)
  }

  #read(open: () => Promise<OpenTerminal>): AsyncIterable<TerminalEvent> {
    return stream<TerminalEvent>(async (push, signal) => {
      const terminal = await open()
      const name = randomUUID()
      this.#open.set(name, terminal)
      // Its loss is told by the reading below; one that comes before or after is no news.
      terminal.stream.on('error', () => undefined)
      const close = once(() => terminal.close())
      // At once, when the reader left while it was being opened.
      signal.addEventListener('abort', close)
      try {
        await push({ kind: 'opened', terminal: name })
        const decoder = new StringDecoder('utf8')
        for await (const bytes of terminal.stream as AsyncIterable<Buffer>) {
          const text = decoder.write(bytes)
          if (text !== '') await push({ kind: 'output', text })
        }
        const code = signal.aborted ? undefined : await terminal.exited()
        if (code !== undefined) await push({ kind: 'exited', code })
      } catch (cause) {
        // The link to the guest ended, and the terminal with it.
        if (!signal.aborted) throw new AppError('link-lost', {}, { cause })
      } finally {
        this.#open.delete(name)
        close()
      }
    }, 16)
  }

  #find(name: string): OpenTerminal {
    const found = this.#open.get(name)
    if (!found) throw new AppError('input-invalid', { what: 'terminal' })
    return found
  }
}

function once(work: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    work()
  }
}
