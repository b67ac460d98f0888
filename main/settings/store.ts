import { AppError, type Settings, type SettingsApi, type SettingsSnapshot } from '#api'
import { checkShares } from '../folders/check-shares.ts'
import { readWhole, setAside, writeWhole } from '../host/whole-file.ts'
import { createLive, type Live } from '../live.ts'
import { checkMirror } from '../mirrors/mirror-list.ts'
import {
  defaultSettings,
  findLimits,
  parseChange,
  parseFile,
  pickUsable,
  splitMirrors,
} from './schema.ts'

/**
 * settings.json: only what differs from the defaults is written, so that better defaults reach old installs. A change
 * leaves all else in it as it is, so that a newer Berth or another computer finds its own again. A file that is no
 * settings at all is kept as `settings.json.bad-<time>` and the defaults are used, with a notice that says so.
 */
export class SettingsStore implements SettingsApi {
  readonly #file: string
  readonly #live: Live<SettingsSnapshot>
  readonly #listeners = new Set<() => void>()
  #stored: Record<string, unknown>
  #writing: Promise<void> = Promise.resolve()

  private constructor(file: string, stored: Record<string, unknown>, notice?: AppError) {
    this.#file = file
    this.#stored = stored
    const limits = findLimits()
    this.#live = createLive<SettingsSnapshot>({
      settings: { ...defaultSettings(limits), ...pickUsable(stored, limits) },
      limits,
      ...(notice && { notice: notice.toShape() }),
    })
  }

  static async open(file: string): Promise<SettingsStore> {
    try {
      return new SettingsStore(file, parseFile(await readWhole(file)))
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        return new SettingsStore(file, {})
      }
      const kept = await setAside(file)
      return new SettingsStore(
        file,
        {},
        new AppError('settings-reset', { file: kept }, { cause: error }),
      )
    }
  }

  get current(): Settings {
    return this.#live.value.settings
  }

  /** What stands among the mirrors of the file and is not written as one. */
  get otherMirrors(): readonly unknown[] {
    return splitMirrors(this.#stored['mirrors']).others
  }

  get(): Promise<SettingsSnapshot> {
    return Promise.resolve(this.#live.value)
  }

  /** Calls `listener` after every change; returns the function that ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  watch(): AsyncIterable<SettingsSnapshot> {
    return this.#live.watch()
  }

  /** The change as `set` would store it, or its refusal; nothing is changed. */
  async check(change: Partial<Settings>): Promise<Partial<Settings>> {
    const parsed = parseChange(change, this.#live.value.limits)
    if (parsed.shares) await checkShares(parsed.shares, this.current.shares)
    // What somebody has written into the file stays, usable or not.
    const { mirrors: kept } = this.current
    parsed.mirrors
      ?.filter(({ registry, url }) => !kept.some((k) => k.registry === registry && k.url === url))
      .forEach(checkMirror)
    return parsed
  }

  async set(change: Partial<Settings>): Promise<SettingsSnapshot> {
    const parsed = await this.check(change)
    // One after the other, each on what the one before has left.
    const writing = this.#writing.then(() => this.#store(parsed))
    this.#writing = writing.catch(() => undefined)
    await writing
    return this.#live.value
  }

  /** Once all is on the disk that can be. */
  async settled(): Promise<void> {
    await this.#writing
  }

  async #store(change: Partial<Settings>): Promise<void> {
    const { mirrors } = change
    const stored = {
      ...{ ...this.#stored, ...change },
      ...(mirrors && { mirrors: [...mirrors, ...this.otherMirrors] }),
    }
    await writeWhole(this.#file, `${JSON.stringify(stored, null, 2)}\n`)
    this.#stored = stored
    const { limits, settings } = this.#live.value
    this.#live.set({ settings: { ...settings, ...change }, limits })
    for (const listener of this.#listeners) listener()
  }
}
