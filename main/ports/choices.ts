import { z } from 'zod'
import type { PortReach } from '#api'
import { readWhole, setAside, writeWhole } from '../host/whole-file.ts'

const most = 2000
const choices = z.record(z.string().max(200), z.enum(['computer', 'network']))

/**
 * ports.json: who reaches single ports where that was chosen by hand. A choice is its container's and lasts as long:
 * the machine goes on with it while the app is away, and so does whoever was told the address. A container that was
 * removed meanwhile is noticed by nobody, so the oldest choice makes room for one too many.
 */
export class PortChoices {
  readonly #file: string | undefined
  readonly #kept: Map<string, PortReach>
  #writing: Promise<void> | undefined
  #dirty = false

  /** Without a file they are kept for as long as this lives. */
  constructor(file?: string, kept: Iterable<[string, PortReach]> = []) {
    this.#file = file
    this.#kept = new Map(kept)
  }

  /** A file that cannot be read is set aside: what it opened to the network is closed then. */
  static async open(file: string): Promise<PortChoices> {
    const text = await readWhole(file).catch(() => undefined)
    if (text === undefined) return new PortChoices(file)
    try {
      return new PortChoices(file, Object.entries(choices.parse(JSON.parse(text))).slice(-most))
    } catch {
      await setAside(file)
      return new PortChoices(file)
    }
  }

  /** By what `toChoice` names a port. */
  get all(): ReadonlyMap<string, PortReach> {
    return this.#kept
  }

  set(choice: string, reach: PortReach): void {
    this.#kept.delete(choice)
    this.#kept.set(choice, reach)
    const [oldest] = this.#kept.keys()
    if (oldest !== undefined && this.#kept.size > most) this.#kept.delete(oldest)
    this.#save()
  }

  /** All of a container that is gone. */
  drop(containerId: string): void {
    const before = this.#kept.size
    for (const choice of this.#kept.keys())
      if (choice.startsWith(`${containerId} `)) this.#kept.delete(choice)
    if (this.#kept.size < before) this.#save()
  }

  /** Once all is on the disk that can be. */
  async settled(): Promise<void> {
    await this.#writing
  }

  #save(): void {
    this.#dirty = true
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined))
  }

  /** What cannot be written counts until the app ends. */
  async #write(): Promise<void> {
    while (this.#dirty && this.#file !== undefined) {
      this.#dirty = false
      const text = `${JSON.stringify(Object.fromEntries(this.#kept), null, 2)}\n`
      await writeWhole(this.#file, text).catch(() => undefined)
    }
  }
}
