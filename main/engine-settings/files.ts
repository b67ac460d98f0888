import { basename } from 'node:path'
import { AppError } from '#api'
import { readWhole, setAside, writeWhole } from '../host/whole-file.ts'
import { checkText } from './check-text.ts'

/** Settings that change nothing of Berth's own. */
const noSettings = '{}\n'

/**
 * engine.json, the settings that are wanted, and engine.good.json, the last that an engine has answered with. While the
 * two differ, nobody knows yet whether the engine starts with what is wanted: whatever ends the app then, the next one
 * finds both, asks the machine which of them is used, and brings the other to it.
 */
export class EngineSettingsFiles {
  readonly #file: string
  readonly #goodFile: string
  #wanted: string
  #good: string
  #writing: Promise<void> = Promise.resolve()
  /** Why the settings are not those of the file. */
  readonly notice: AppError | undefined

  private constructor(files: [string, string], texts: [string, string], notice?: AppError) {
    ;[this.#file, this.#goodFile] = files
    ;[this.#wanted, this.#good] = texts
    this.notice = notice
  }

  /** What was written by hand meanwhile is judged as what is typed; what is wrong is set aside, and the last good used. */
  static async open(file: string, goodFile: string): Promise<EngineSettingsFiles> {
    const files: [string, string] = [file, goodFile]
    const good = (await readSettings(goodFile).catch(() => undefined)) ?? noSettings
    try {
      const wanted = (await readSettings(file)) ?? noSettings
      return new EngineSettingsFiles(files, [wanted, good])
    } catch (cause) {
      const kept = await setAside(file)
      const notice = new AppError('engine-settings-reset', { file: kept }, { cause })
      return new EngineSettingsFiles(files, [good, good], notice)
    }
  }

  get wanted(): string {
    return this.#wanted
  }

  get good(): string {
    return this.#good
  }

  async want(text: string): Promise<void> {
    await this.#write(this.#file, text)
    this.#wanted = text
  }

  /** An engine answers with what is wanted. */
  async confirm(): Promise<void> {
    const text = this.#wanted
    await this.#write(this.#goodFile, text)
    this.#good = text
  }

  /** What was wanted is kept beside, under the name that is returned; the last good is wanted again. */
  async takeBack(): Promise<string> {
    const kept = `${this.#file}.bad-${new Date().toISOString().replaceAll(':', '-')}`
    await this.#write(kept, this.#wanted)
    // Never without the file: who finds none takes it that nothing was ever set.
    await this.want(this.#good)
    return basename(kept)
  }

  /** Once all is on the disk that can be. */
  async settled(): Promise<void> {
    await this.#writing
  }

  async #write(file: string, text: string): Promise<void> {
    const writing = this.#writing.then(() => writeWhole(file, text))
    this.#writing = writing.catch(() => undefined)
    await writing
  }
}

/** @returns undefined for a file that is not there. @throws for one that holds no settings */
async function readSettings(file: string): Promise<string | undefined> {
  try {
    const text = await readWhole(file)
    const checked = checkText(text)
    if ('settings' in checked) return text
    throw new Error(JSON.stringify(checked.problems[0]))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
