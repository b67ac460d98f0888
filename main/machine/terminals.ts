import { randomUUID } from 'node:crypto'
import { StringDecoder } from 'node:string_decoder'
import { AppError, stream, type TerminalEvent, type TerminalsApi } from '#api'
import type { GuestTerminal, Machine } from '#vm'
import { askMachine } from './errors.ts'

type Size = { columns: number; rows: number }

/** Terminals by name. One lives as long as its stream is read. */
export class Terminals implements TerminalsApi {
  readonly #machine: Machine
  readonly #open = new Map<string, GuestTerminal>()

  constructor(machine: Machine) {
    this.#machine = machine
  }

  openMachine(command: string[], size: Size): AsyncIterable<TerminalEvent> {
    if (!isCommand(command)) throw new AppError('input-invalid', { what: 'command' })
    const wanted = parseSize(size)
    return stream<TerminalEvent>(async (push, signal) => {
      const terminal = await askMachine(() => this.#machine.terminal(command, wanted))
      const name = randomUUID()
      this.#open.set(name, terminal)
      signal.addEventListener('abort', () => terminal.stream.destroy())
      try {
        await push({ kind: 'opened', terminal: name })
        const decoder = new StringDecoder('utf8')
        for await (const bytes of terminal.stream as AsyncIterable<Buffer>) {
          await push({ kind: 'output', text: decoder.write(bytes) })
        }
        await push({ kind: 'exited', code: await terminal.exited })
      } catch (cause) {
        // The link to the guest ended, and the terminal with it.
        if (!signal.aborted) throw new AppError('link-lost', {}, { cause })
      } finally {
        this.#open.delete(name)
        terminal.stream.destroy()
      }
    }, 16)
  }

  async write(terminal: string, text: string): Promise<void> {
    const { stream: input } = this.#find(terminal)
    if (typeof text !== 'string') throw new AppError('input-invalid', { what: 'text' })
    if (!input.write(text)) await new Promise((resolve) => input.once('drain', resolve))
  }

  resize(terminal: string, size: Size): Promise<void> {
    this.#find(terminal).resize(parseSize(size))
    return Promise.resolve()
  }

  #find(name: string): GuestTerminal {
    const found = this.#open.get(name)
    if (!found) throw new AppError('input-invalid', { what: 'terminal' })
    return found
  }
}

function isCommand(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string')
}

function parseSize(size: Size): Size {
  const isCells = (value: unknown) =>
    Number.isInteger(value) && Number(value) > 0 && Number(value) < 10_000
  if (!isCells(size.columns) || !isCells(size.rows))
    throw new AppError('input-invalid', { what: 'size' })
  return { columns: size.columns, rows: size.rows }
}
