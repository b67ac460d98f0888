import type { AppError } from '#api'
import { type MachineVirtiofs, type VirtiofsFolder, type VirtiofsStart, VmError } from '#vm'
import type { Log } from '../host/log.ts'
import { toMachineError } from '../machine/errors.ts'

/** Nobody tells when a server dies: QEMU, which has seen its link end, is asked now and then. */
const lookEveryMs = 30_000

/**
 * How each folder gets into the guest: as a device of the machine, where that was chosen and can be had, and else by
 * our own server. A machine stays with what it was started with.
 */
export class Transport implements Disposable {
  readonly #log: Log
  readonly #onChange: () => void
  /** The devices of the machine that runs or is about to; undefined until they are known. */
  #tags: ReadonlySet<string> | undefined
  #note: AppError | undefined
  #error: AppError | undefined
  #looking: NodeJS.Timeout | undefined

  constructor(log: Log, onChange: () => void) {
    this.#log = log
    this.#onChange = onChange
  }

  /** Why a folder that was to be a device is not. */
  get note(): AppError | undefined {
    return this.#note
  }

  /** Why what containers ask of a device is not answered. */
  get error(): AppError | undefined {
    return this.#error
  }

  isDevice(folder: VirtiofsFolder | undefined): folder is VirtiofsFolder {
    return folder !== undefined && this.#tags?.has(folder.tag) === true
  }

  /** Whether it is our own server that has the folder: never true before it is known. */
  isServed(folder: VirtiofsFolder | undefined): boolean {
    return this.#tags !== undefined && !this.isDevice(folder)
  }

  start(folders: readonly VirtiofsFolder[]): VirtiofsStart {
    return {
      folders,
      onReady: (tags, error) => {
        this.#tags = new Set(tags)
        this.#tell({ note: error })
      },
    }
  }

  /** The machine has gone, and its devices with it. */
  forget(): void {
    clearInterval(this.#looking)
    this.#tags = undefined
    this.#tell({})
  }

  [Symbol.dispose](): void {
    clearInterval(this.#looking)
  }

  /** Plugs in what is missing, and resolves with what is no longer wanted: it goes once it is unmounted. */
  async plug(virtiofs: MachineVirtiofs, folders: readonly VirtiofsFolder[]): Promise<string[]> {
    const found = await virtiofs.list()
    const there = new Set(found?.map(({ tag }) => tag))
    this.#tags = there
    if (!found) return []
    this.#follow(virtiofs, folders)
    for (const folder of folders.filter(({ tag }) => !there.has(tag))) {
      try {
        await virtiofs.add(folder)
        there.add(folder.tag)
      } catch (error) {
        // Our own server has it then.
        this.#log.failure('folders.no-device', error)
        if (error instanceof VmError) this.#tell({ note: error })
      }
    }
    return [...there].filter((tag) => folders.every((folder) => folder.tag !== tag))
  }

  async unplug(virtiofs: MachineVirtiofs, tags: readonly string[]): Promise<void> {
    for (const tag of tags) {
      await virtiofs.remove(tag).catch((error: unknown) => {
        this.#log.failure('folders.device-kept', error)
      })
    }
  }

  #follow(virtiofs: MachineVirtiofs, folders: readonly VirtiofsFolder[]): void {
    clearInterval(this.#looking)
    const look = async () => {
      const dead = (await virtiofs.list())?.find(({ alive }) => !alive)
      if (!dead || this.#error) return
      const path = folders.find(({ tag }) => tag === dead.tag)?.path ?? dead.tag
      this.#log.write('folders.server-ended', { path })
      this.#tell({ error: new VmError('virtiofs-ended', { path }) })
    }
    const quietly = () => void look().catch(() => undefined)
    quietly()
    this.#looking = setInterval(quietly, lookEveryMs).unref()
  }

  #tell({ note, error }: { note?: VmError | undefined; error?: VmError }): void {
    this.#note = note && toMachineError(note)
    this.#error = error && toMachineError(error)
    this.#onChange()
  }
}
