import { z } from 'zod'
import { AppError } from '#api'
import { readWhole, setAside, writeWhole } from '../host/whole-file.ts'

const longestText = 16 * 1024
const mostNames = 64

const memory = z.record(z.string().max(100), z.string().max(longestText))

/**
 * memory.json: how windows were left, as texts by name. Nothing that matters: a file that cannot be read is set aside,
 * the oldest name makes room for one too many, and what cannot be written is remembered until the app ends.
 */
export class MemoryStore {
  readonly #file: string
  readonly #texts: Map<string, string>
  #writing: Promise<void> | undefined
  #dirty = false

  private constructor(file: string, texts: Map<string, string>) {
    this.#file = file
    this.#texts = texts
  }

  static async open(file: string): Promise<MemoryStore> {
    const text = await readWhole(file).catch(() => undefined)
    if (text === undefined) return new MemoryStore(file, new Map())
    try {
      const kept = Object.entries(memory.parse(JSON.parse(text)))
      return new MemoryStore(file, new Map(kept.slice(-mostNames)))
    } catch {
      await setAside(file)
      return new MemoryStore(file, new Map())
    }
  }

  memory(): Promise<Record<string, string>> {
    return Promise.resolve(Object.fromEntries(this.#texts))
  }

  /** @throws {AppError} `input-invalid` for a text that is too long */
  async remember(name: string, text: string): Promise<void> {
    const parsed = memory.safeParse({ [name]: text })
    if (!parsed.success || name === '') throw new AppError('input-invalid', { what: 'memory' })
    if (this.#texts.get(name) === text) return
    this.#texts.delete(name)
    this.#texts.set(name, text)
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= mostNames) break
      this.#texts.delete(oldest)
    }
    this.#dirty = true
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined))
    await this.#writing
  }

  /** Once all is on the disk that can be. */
  async settled(): Promise<void> {
    await this.#writing
  }

  /** What is remembered while a write is under way is one more write. */
  async #write(): Promise<void> {
    while (this.#dirty) {
      this.#dirty = false
      const text = `${JSON.stringify(Object.fromEntries(this.#texts), null, 2)}\n`
      await writeWhole(this.#file, text).catch(() => undefined)
    }
  }
}
