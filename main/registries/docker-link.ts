import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, isAbsolute, join, win32 } from 'node:path'
import { AppError, type DockerLinkPlan } from '#api'
import { isPassing } from '../host/commands.ts'
import type { AccountFile, LinkUndo } from './account-file.ts'
import { linkConfig, ourHelper, readHelpers, unlinkConfig } from './docker-config.ts'
import { toDockerServer } from './names.ts'

export interface DockerLinkParts {
  accounts: AccountFile
  env: Readonly<Record<string, string | undefined>>
  /** Docker's helper, as it lies here. */
  helperFile: string
  /** Where shells look besides: an app that the desktop has started has a shorter PATH than they have. */
  shellFolders?: readonly string[]
}

const usualFolders =
  process.platform === 'win32' ? [] : ['/usr/local/bin', '/opt/homebrew/bin', '/usr/bin']

const helperName = `docker-credential-${ourHelper}`
/** Docker's config.json holds what somebody has logged in to, and no more. */
const longestBytes = 4 * 1024 ** 2

/** This computer's docker command asks us for the logins of registries that it was told of in its config.json. */
export class DockerLink {
  readonly #accounts: AccountFile
  readonly #env: DockerLinkParts['env']
  readonly #helperFile: string
  readonly #shellFolders: readonly string[]
  #writing: Promise<unknown> = Promise.resolve()

  constructor({ accounts, env, helperFile, shellFolders = usualFolders }: DockerLinkParts) {
    this.#accounts = accounts
    this.#helperFile = helperFile
    this.#shellFolders = shellFolders
    this.#env = env
  }

  get file(): string {
    const named = this.#env['DOCKER_CONFIG'] ?? ''
    return join(named === '' ? join(homedir(), '.docker') : named, 'config.json')
  }

  /** Registries for which docker asks us; none while its config cannot be read. */
  async linked(): Promise<ReadonlySet<string>> {
    const helpers = readHelpers(await this.#read().catch(() => undefined)) ?? new Map()
    const names = [...this.#accounts.accounts.keys()]
    return new Set(names.filter((name) => helpers.get(toDockerServer(name)) === ourHelper))
  }

  /** What `set` would write: linking it, or taking it out when it is linked. @throws {AppError} `docker-config-unreadable` */
  async plan(registry: string): Promise<DockerLinkPlan> {
    const isLinked = (await this.linked()).has(registry)
    const { before, after } = await this.#change(registry, !isLinked)
    const helper = (await this.#findHelper()) ?? ''
    const error = isLinked || helper !== '' ? undefined : this.#missing().toShape()
    return { file: this.file, before, after, helper, ...(error && { error }) }
  }

  /**
   * Links a registry, or puts back what was there before.
   * @throws {AppError} `docker-config-unreadable`, `docker-config-changed`, `docker-helper-missing`, `home-not-writable`
   */
  async set(registry: string, linked: boolean): Promise<void> {
    const writing = this.#writing.then(() => this.#set(registry, linked))
    this.#writing = writing.catch(() => undefined)
    await writing
  }

  /** What was linked by an app whose logins ended with it, or that was killed before it could put docker's config back. */
  async tidy(): Promise<void> {
    for (const registry of this.#accounts.links.keys())
      if (!this.#accounts.accounts.has(registry)) await this.set(registry, false)
  }

  async #set(registry: string, linked: boolean): Promise<void> {
    const isLinked = readHelpers(await this.#read())?.get(toDockerServer(registry)) === ourHelper
    if (linked && isLinked) return
    if (!linked && !isLinked && !this.#accounts.links.has(registry)) return
    if (linked && (await this.#findHelper()) === undefined) throw this.#missing()
    const { was, bytes, undo } = await this.#change(registry, linked)
    // What was there is on the disk before it is not there any more.
    if (linked) await this.#accounts.setLink(registry, undo)
    if (bytes === undefined) await rm(this.file, { force: true })
    else if (was?.equals(bytes) !== true) await this.#write(was, bytes)
    if (!linked) await this.#accounts.setLink(registry, undefined)
  }

  async #change(registry: string, linked: boolean) {
    const was = await this.#read()
    const server = toDockerServer(registry)
    const undo: LinkUndo = this.#accounts.links.get(registry) ?? {}
    if (!linked && !was) return { was, bytes: was, undo, before: '', after: '' }
    const change = linked || !was ? linkConfig(was, server) : unlinkConfig(was, server, undo)
    if (!change) throw new AppError('docker-config-unreadable', { file: this.file })
    return { undo, ...change, was }
  }

  async #read(): Promise<Buffer | undefined> {
    try {
      const found = await stat(this.file)
      if (!found.isFile() || found.size > longestBytes) throw new Error('no file of docker')
      return await readFile(this.file)
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
      throw new AppError('docker-config-unreadable', { file: this.file }, { cause })
    }
  }

  /** Whole or not at all, with the mode that it has; where a link leads, if it is one. */
  async #write(was: Buffer | undefined, bytes: Buffer): Promise<void> {
    try {
      await mkdir(dirname(this.file), { recursive: true, mode: 0o700 })
      const file = await realpath(this.file).catch(() => this.file)
      const mode = (await stat(file).catch(() => undefined))?.mode ?? 0o600
      const part = `${file}.berth-${randomBytes(4).toString('hex')}`
      try {
        const handle = await open(part, 'wx', 0o600)
        try {
          await handle.writeFile(bytes)
          await handle.chmod(mode & 0o777)
          await handle.sync()
        } finally {
          await handle.close()
        }
        const now = await this.#read()
        const isSame = was ? now?.equals(was) === true : now === undefined
        if (!isSame) throw new AppError('docker-config-changed', { file: this.file })
        await rename(part, file)
      } finally {
        await rm(part, { force: true })
      }
    } catch (cause) {
      if (cause instanceof AppError) throw cause
      throw new AppError('home-not-writable', { folder: dirname(this.file) }, { cause })
    }
  }

  /** As docker finds it: in the first folder of PATH that has it. */
  async #findHelper(): Promise<string | undefined> {
    const extensions = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : ['']
    const named = (this.#env['PATH'] ?? '').split(delimiter)
    for (const folder of [...named, ...this.#shellFolders]) {
      if (!isAbsolute(folder)) continue
      for (const extension of extensions) {
        const file = join(folder, `${helperName}${extension}`)
        const isThere = await access(file, constants.X_OK).then(
          () => true,
          () => false,
        )
        if (isThere) return file
      }
    }
    return undefined
  }

  #missing(): AppError {
    const file = this.#helperFile
    if (isPassing(file)) return new AppError('docker-helper-passing')
    const command = toFindable(file)
    const code = process.platform === 'win32' ? 'docker-helper-path' : 'docker-helper-missing'
    return new AppError(code, { command })
  }
}

/** What a user types once, so that docker finds the helper. A checkout's own is a script, which npm wraps for Windows. */
export function toFindable(file: string, platform = process.platform): string {
  if (platform !== 'win32') return `sudo ln -sf ${quote(file)} /usr/local/bin/${helperName}`
  if (file.endsWith('.mjs')) return 'npm link'
  // PowerShell takes curly ones for quotes, too. No variables: the shell around it may be PowerShell as well.
  const folder = win32.dirname(file).replaceAll(/['‘’‚‛]/g, '$&$&')
  const path = `[Environment]::GetEnvironmentVariable('Path', 'User')`
  const set = `[Environment]::SetEnvironmentVariable('Path', ${path} + ';${folder}', 'User')`
  return `powershell -Command "if ((${path} -split ';') -notcontains '${folder}') { ${set} }"`
}

function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
