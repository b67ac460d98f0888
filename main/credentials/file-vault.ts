import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { AppError } from '#api'
import { readWhole, setAside, writeWhole } from '../host/whole-file.ts'
import type { Credentials } from '../registry/tokens.ts'
import type { CredentialVault } from './vault.ts'

/** Seals a text by a key that the system's keychain keeps, and opens it again. */
export interface Keychain {
  /** As its user knows it. */
  readonly name: string
  /** Whether it can be used; may have its user unlock it. */
  isThere(): Promise<boolean>
  seal(text: string): Promise<Buffer>
  /** @throws when the key is another by now */
  open(sealed: Buffer): Promise<string>
}

/** No seal at all: base64, as in docker's own config.json, so that it is not read in passing. */
const unsealed: Pick<Keychain, 'seal' | 'open'> = {
  seal: (text) => Promise.resolve(Buffer.from(text)),
  open: (sealed) => Promise.resolve(sealed.toString('utf8')),
}

const entries = z.record(z.string(), z.base64())
const login = z.object({ username: z.string(), password: z.string() })

/**
 * Logins in a file of mode 0600, by registry; sealed one by one, so that one can be taken out without its keychain. A
 * file that is not as we wrote it holds none, and is set aside once another is written.
 */
class FileVault implements CredentialVault {
  readonly place
  readonly #file: string
  readonly #seal: Pick<Keychain, 'seal' | 'open'> | undefined
  #changing: Promise<unknown> = Promise.resolve()

  constructor(place: 'keychain' | 'plain', file: string, seal?: Pick<Keychain, 'seal' | 'open'>) {
    this.place = place
    this.#file = file
    this.#seal = seal
  }

  async get(registry: string): Promise<Credentials | undefined> {
    const kept = await this.#read().catch((cause: unknown) => {
      throw new AppError('credentials-unreadable', { registry }, { cause })
    })
    const sealed = kept?.[registry]
    if (sealed === undefined) return undefined
    if (!this.#seal) throw new AppError('credentials-away', { registry })
    try {
      return login.parse(JSON.parse(await this.#seal.open(Buffer.from(sealed, 'base64'))))
    } catch {
      // Without the cause: a parser's words may hold what it could not read.
      throw new AppError('credentials-unreadable', { registry })
    }
  }

  async store(registry: string, { username, password }: Credentials): Promise<void> {
    if (!this.#seal) throw new AppError('credentials-away', { registry })
    const sealed = await this.#seal.seal(JSON.stringify({ username, password }))
    await this.#change((kept) => ({ ...kept, [registry]: sealed.toString('base64') }))
  }

  async erase(registry: string): Promise<void> {
    await this.#change(({ [registry]: erased, ...others }) =>
      erased === undefined ? undefined : others,
    )
  }

  /** One after the other, each on what the one before has left; undefined leaves that as it is. */
  async #change(
    change: (kept: Record<string, string>) => Record<string, string> | undefined,
  ): Promise<void> {
    const changing = this.#changing.then(async () => {
      const kept = await this.#read().catch((cause: unknown) => {
        throw new AppError('home-not-writable', { folder: dirname(this.#file) }, { cause })
      })
      const next = change(kept ?? {})
      if (next && !kept) await setAside(this.#file)
      if (next) await this.#write(next)
    })
    this.#changing = changing.catch(() => undefined)
    await changing
  }

  /** Undefined for a file that is not as we wrote it. @throws when it is there, and cannot be read just now */
  async #read(): Promise<Record<string, string> | undefined> {
    try {
      return entries.parse(JSON.parse(await readWhole(this.#file)))
    } catch (error) {
      const isOfSystem = error instanceof Error && 'syscall' in error
      if (!isOfSystem) return undefined
      if ('code' in error && error.code === 'ENOENT') return {}
      throw error
    }
  }

  async #write(kept: Record<string, string>): Promise<void> {
    if (Object.keys(kept).length === 0) await rm(this.#file, { force: true })
    else await writeWhole(this.#file, `${JSON.stringify(kept, null, 2)}\n`)
  }
}

/** Without a keychain what lies there can be told and erased, and not read. */
export function createSealedVault(file: string, keychain: Keychain | undefined): CredentialVault {
  return new FileVault('keychain', file, keychain)
}

/** For whoever has accepted that programs of this user, and copies of the home, can read it. */
export function createPlainVault(file: string): CredentialVault {
  return new FileVault('plain', file, unsealed)
}
