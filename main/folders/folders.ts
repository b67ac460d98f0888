import { mkdirSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Duplex } from 'node:stream'
import type { Settings } from '#api'
import type { GuestSocket, Machine } from '#vm'
import type { Log } from '../host/log.ts'
import { hostBeneath } from './beneath.ts'
import { toByteName } from './bytes.ts'
import {
  createFolderMap,
  type FolderMap,
  type FolderMount,
  type GuestPlace,
  toPlain,
} from './folder-map.ts'
import { Ownership } from './ownership.ts'
import { serveSftp } from './sftp/serve.ts'
import { type ServedFolder, Tree } from './tree.ts'

/** Where sshfs in the guest dials; see vm/image/rootfs/usr/lib/berth/folders-dial. */
const guestSocketPath = '/run/berth/folders.sock'
const wantedPath = '/run/berth/folders.wanted'

export interface FoldersOptions {
  /** The file that keeps what containers set as owners and modes. */
  ownersFile: string
  /** Berth's own folder, which no container has a business in, whatever is shared. */
  privateFolder: string
  settings: { readonly current: Settings; watch(): AsyncIterable<unknown> }
  log: Log
}

/** What is needed of a machine to mount folders in it. */
type MountingMachine = Pick<Machine, 'snapshot' | 'onChange' | 'exec'>

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
  #shares: Settings['shares'] | undefined
  #map: FolderMap & { mounts: FolderMount[] } = createFolderMap([])
  #served: ServedFolder[] = []
  #applying: Promise<void> = Promise.resolve()

  constructor(options: FoldersOptions) {
    this.#options = options
    mkdirSync(dirname(options.ownersFile), { recursive: true, mode: 0o700 })
    this.#owners = new Ownership(options.ownersFile)
    this.#tree = new Tree({
      folders: () => this.#current().#served,
      hidden: [toByteName(toReal(options.privateFolder))],
      beneath: hostBeneath,
      owners: this.#owners,
    })
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

  /** For the guest's `folders` script: a line is the place there, a tab, and our name for it. */
  get list(): string {
    return this.#current()
      .#map.mounts.map(({ share, guestPath }) => `${guestPath}\t${toWire(share.path)}\n`)
      .join('')
  }

  /** Mounts what is to be mounted whenever the machine begins to run or the settings change. */
  follow(machine: MountingMachine): void {
    let running = false
    const look = () => {
      const before = running
      running = machine.snapshot.state.phase === 'running'
      if (running && !before) this.#apply(machine)
    }
    this.#over.signal.addEventListener('abort', machine.onChange(look))
    look()
    void this.#followSettings(() => {
      if (running) this.#apply(machine)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort()
    for (const stream of this.#streams.keys()) stream.destroy()
    await Promise.all(this.#streams.values())
    await this.#applying
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

  /** One after the other: each leaves the guest as the newest settings have it. */
  #apply(machine: MountingMachine): void {
    const { log } = this.#options
    this.#applying = this.#applying.then(async () => {
      if (this.#isOver()) return
      const script = `cat >${wantedPath} && exec /usr/lib/berth/folders ${wantedPath}`
      try {
        const { code, stdout, stderr } = await machine.exec(['sh', '-c', script], {
          input: this.list,
          signal: this.#over.signal,
        })
        if (code !== 0)
          log.write('folders.not-mounted', { code, reason: String(stdout) + String(stderr) })
      } catch (error) {
        if (!this.#isOver()) log.failure('folders.not-mounted', error)
      }
    })
  }
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
