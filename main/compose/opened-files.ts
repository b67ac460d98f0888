import { z } from 'zod'
import { readWhole, setAside, writeWhole } from '../host/whole-file.ts'

const opened = z.array(z.object({ project: z.string(), path: z.string() }))
export type OpenedFile = z.infer<typeof opened>[number]

/** More than anybody works with; the oldest makes room. */
const mostFiles = 200

/**
 * compose.json: which files were opened, by the project that each makes. Nothing of what is in them is kept. A file that
 * cannot be read is set aside.
 */
export class OpenedFiles {
  readonly #file: string
  readonly #listeners = new Set<() => void>()
  #files: readonly OpenedFile[]
  #writing: Promise<void> = Promise.resolve()

  private constructor(file: string, files: readonly OpenedFile[]) {
    this.#file = file
    this.#files = files
  }

  static async open(file: string): Promise<OpenedFiles> {
    const text = await readWhole(file).catch(() => undefined)
    if (text === undefined) return new OpenedFiles(file, [])
    try {
      return new OpenedFiles(file, opened.parse(JSON.parse(text)).slice(-mostFiles))
    } catch {
      await setAside(file)
      return new OpenedFiles(file, [])
    }
  }

  get all(): readonly OpenedFile[] {
    return this.#files
  }

  pathOf(project: string): string | undefined {
    return this.#files.find((one) => one.project === project)?.path
  }

  /** A project has one file here, and a file one project: its name may have changed since it was opened last. */
  async add(file: OpenedFile): Promise<void> {
    const others = this.#files.filter(
      ({ project, path }) => project !== file.project && path !== file.path,
    )
    await this.#set([...others, file].slice(-mostFiles))
  }

  async remove(project: string): Promise<void> {
    await this.#set(this.#files.filter((one) => one.project !== project))
  }

  /** Calls `listener` after every change; returns the function that ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Once all is on the disk that can be. */
  async settled(): Promise<void> {
    await this.#writing
  }

  /** What cannot be written is remembered until the app ends. */
  async #set(files: readonly OpenedFile[]): Promise<void> {
    this.#files = files
    for (const listener of [...this.#listeners]) listener()
    this.#writing = this.#writing.then(() =>
      writeWhole(this.#file, `${JSON.stringify(this.#files, null, 2)}\n`).catch(() => undefined),
    )
    await this.#writing
  }
}
