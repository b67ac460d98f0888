import { mkdirSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Duplex } from 'node:stream'
import { AppError, type Settings } from '#api'
import type { GuestSocket, Machine, VirtiofsFolder, VirtiofsStart } from '#vm'
import type { Log } from '../host/log.ts'
import { hostBeneath } from './beneath.ts'
import { type ByteName, toByteName } from './bytes.ts'
import {
  createFolderMap,
  type FolderMap,
  type FolderMount,
  type GuestPlace,
  toPlain,
} from './folder-map.ts'
import type { OwnChanges } from './own-changes.ts'
import { Ownership } from './ownership.ts'
import type { ServedFolder } from './served-folders.ts'
import { serveSftp } from './sftp/serve.ts'
import { Transport } from './transport.ts'
import { Tree } from './tree.ts'
import { toVirtiofsFolder } from './virtiofs-folder.ts'
import type { MountedPlace } from './watch/watched-place.ts'

/** Where sshfs in the guest dials; see vm/image/rootfs/usr/lib/berth/folders-dial. */
const guestSocketPath = '/run/berth/folders.sock'
const wantedPath = '/run/berth/folders.wanted'

export interface FoldersOptions {
  /** The file that keeps what containers set as owners and modes. */
  ownersFile: string
  /** Berth's own folder, which no container has a business in, whatever is shared. */
  privateFolder: string
  /** Where our sockets are: often in the folder for what is passing, which is shared. */
  socketFolder?: string
  settings: { readonly current: Settings; watch(): AsyncIterable<unknown> }
  log: Log
}

/** What is needed of a machine to mount folders in it. */
type MountingMachine = Pick<Machine, 'snapshot' | 'onChange' | 'exec' | 'virtiofs'>

/**
 * Host folders in the guest: serves them to sshfs there, and keeps the mounts as the settings want them. A mount
 * outlives the app; while nobody serves it, whoever asks it for something new waits.
 */
export class Folders implements FolderMap, AsyncDisposable {
  readonly #options: FoldersOptions
  readonly #owners: Ownership
  readonly #tree: Tree
  readonly #streams = new Map<Duplex, Promise<void>>()
  readonly #over = new AbortController()
  readonly #transport: Transport
  readonly #listeners = new Set<() => void>()
  #shares: Settings['shares'] | undefined
  #map: FolderMap & { mounts: FolderMount[] } = createFolderMap([])
  #served: ServedFolder[] = []
  /** By the mount's place in the guest. */
  #devices = new Map<string, VirtiofsFolder>()
  #applying: Promise<void> = Promise.resolve()
  /** Read for each path anew. */
  readonly #hidden: ByteName[]
  /** Of them, what is no folder of Berth's own. */
  readonly #hiddenFiles = new Set<string>()
  readonly #shareListeners = new Set<() => void>()
  #error: AppError | undefined

  constructor(options: FoldersOptions) {
    this.#options = options
    mkdirSync(dirname(options.ownersFile), { recursive: true, mode: 0o700 })
    this.#owners = new Ownership(options.ownersFile)
    const { privateFolder, socketFolder } = options
    const own = socketFolder === undefined ? [privateFolder] : [privateFolder, socketFolder]
    this.#hidden = own.map((path) => toByteName(toReal(path)))
    this.#transport = new Transport(options.log, () => {
      for (const listener of this.#listeners) listener()
    })
    this.#tree = new Tree({
      folders: () => this.#current().#served,
      hidden: this.#hidden,
      beneath: hostBeneath,
      owners: this.#owners,
    })
  }

  /** From now on no container gets this file, wherever it lies: the data disk, when it has a place of its own. */
  hide(file: string): void {
    const path = toReal(file)
    if (this.#hiddenFiles.has(path)) return
    this.#hiddenFiles.add(path)
    this.#hidden.push(toByteName(path))
    this.#shares = undefined
  }

  toGuest(hostPath: string): GuestPlace {
    return this.#current().#map.toGuest(hostPath)
  }

  toHost(guestPath: string): string {
    return this.#current().#map.toHost(guestPath)
  }

  get guestSocket(): GuestSocket {
    return { path: guestSocketPath, onStream: (stream) => this.#serve(stream) }
  }

  /** The folders that are to be devices of the machine from its start; undefined when none are. */
  get virtiofs(): VirtiofsStart | undefined {
    if (this.#options.settings.current.folderTransport !== 'virtiofs') return undefined
    return this.#transport.start([...this.#current().#devices.values()])
  }

  /** For the guest's `folders` script: a line is the place there, a tab, and our name for it or a device's. */
  get list(): string {
    return this.#current()
      .#map.mounts.map(({ share, guestPath }) => {
        const device = this.#devices.get(guestPath)
        const isDevice = this.#transport.isDevice(device)
        return `${guestPath}\t${isDevice ? `virtiofs:${device.tag}` : toWire(share.path)}\n`
      })
      .join('')
  }

  /**
   * Where a path of this computer is really, and in the guest; undefined when no container can have it, and when it
   * does not come by our own server, which alone knows a poke for what it is: another would set the time.
   */
  locate(hostPath: string): MountedPlace | undefined {
    const place = this.toGuest(hostPath)
    if (place.kind !== 'shared' || !this.#isServed(place.path)) return undefined
    const host = toByteName(toReal(hostPath))
    const isShared = this.#served.some((one) => isBelow(host, one.host))
    return isShared && !this.isHidden(host) ? { host, guest: toByteName(place.path) } : undefined
  }

  #isServed(guestPath: string): boolean {
    const mount = this.#map.mounts.find((one) => isBelow(guestPath, one.guestPath))
    return mount !== undefined && this.#transport.isServed(this.#devices.get(mount.guestPath))
  }

  isHidden(host: ByteName): boolean {
    return this.#hidden.some((own) => isBelow(host, own))
  }

  /** What containers have changed through it. */
  get own(): OwnChanges {
    return this.#tree.own
  }

  /** What keeps containers from a folder that is shared. */
  get error(): AppError | undefined {
    return this.#error ?? this.#transport.error
  }

  /** Why a folder is not a device although that was chosen. */
  get note(): AppError | undefined {
    return this.#transport.note
  }

  onError(listener: () => void): void {
    this.#listeners.add(listener)
  }

  /** Other folders are shared than before. */
  onShares(listener: () => void): void {
    this.#shareListeners.add(listener)
  }

  /** Mounts what is to be mounted whenever the machine begins to run or the settings change. */
  follow(machine: MountingMachine): void {
    let running = false
    const look = () => {
      const before = running
      running = machine.snapshot.state.phase === 'running'
      if (running && !before) this.#apply(machine)
      if (before && !running) this.#transport.forget()
    }
    this.#over.signal.addEventListener('abort', machine.onChange(look))
    look()
    void this.#followSettings(() => {
      if (running) this.#apply(machine)
      for (const listener of this.#shareListeners) listener()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort()
    for (const stream of this.#streams.keys()) stream.destroy()
    await Promise.all(this.#streams.values())
    await this.#applying
    this.#transport[Symbol.dispose]()
    this.#owners[Symbol.dispose]()
  }

  #isOver(): boolean {
    return this.#over.signal.aborted
  }

  async #followSettings(onShares: () => void): Promise<void> {
    const reader = this.#options.settings.watch()[Symbol.asyncIterator]()
    this.#over.signal.addEventListener('abort', () => void reader.return?.())
    let before = this.#options.settings.current.shares
    while (!(await reader.next()).done) {
      const { shares } = this.#options.settings.current
      if (shares !== before) onShares()
      before = shares
    }
  }

  #current(): this {
    const { shares } = this.#options.settings.current
    if (shares === this.#shares) return this
    const found = shares.map((share) => ({ ...share, realPath: toReal(share.path) }))
    this.#shares = shares
    this.#map = createFolderMap(found)
    const hidden = toReal(this.#options.privateFolder)
    this.#devices = new Map(
      this.#map.mounts.flatMap((mount) => {
        const device = toVirtiofsFolder(mount, found, { folder: hidden, files: this.#hiddenFiles })
        return device ? [[mount.guestPath, device]] : []
      }),
    )
    this.#served = found.map(({ path, realPath, readOnly }) => ({
      wire: toByteName(toWire(path)),
      host: toByteName(realPath),
      readOnly,
    }))
    return this
  }

  #serve(stream: Duplex): void {
    if (this.#isOver()) {
      stream.destroy()
      return
    }
    // A folder that was not there may be by now, or may be a link to elsewhere.
    this.#shares = undefined
    const served = serveSftp(stream, this.#tree).finally(() => this.#streams.delete(stream))
    this.#streams.set(stream, served)
  }

  #setError(error: AppError | undefined): void {
    if (error?.code === this.#error?.code) return
    this.#error = error
    for (const listener of this.#listeners) listener()
  }

  /** One after the other: each leaves the guest as the newest settings have it. */
  #apply(machine: MountingMachine): void {
    const { log } = this.#options
    this.#applying = this.#applying.then(async () => {
      if (this.#isOver()) return
      const script = `cat >${wantedPath} && exec /usr/lib/berth/folders ${wantedPath}`
      try {
        const devices = [...this.#current().#devices.values()]
        const unwanted = await this.#transport.plug(machine.virtiofs, devices)
        for (const listener of this.#shareListeners) listener()
        const { code, stdout, stderr } = await machine.exec(['sh', '-c', script], {
          input: this.list,
          signal: this.#over.signal,
        })
        const reason = String(stdout) + String(stderr)
        if (code !== 0) log.write('folders.not-mounted', { code, reason })
        this.#setError(code === 0 ? undefined : new AppError('folders-not-mounted'))
        await this.#transport.unplug(machine.virtiofs, unwanted)
      } catch (error) {
        if (!this.#isOver()) log.failure('folders.not-mounted', error)
      }
    })
  }
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

function toWire(path: string): string {
  return toPlain(path, process.platform)
}

/** With slashes; the path as it is named when it leads nowhere yet. */
function toReal(path: string): string {
  let real = path
  try {
    real = realpathSync.native(path)
  } catch {
    // It is looked up again for the next connection.
  }
  return toPlain(process.platform === 'win32' ? real.replaceAll('\\', '/') : real, 'linux')
}
