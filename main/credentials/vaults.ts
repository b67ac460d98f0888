import { AppError, type CredentialPlace, type CredentialStore } from '#api'
import type { Log } from '../host/log.ts'
import { createPlainVault, createSealedVault, type Keychain } from './file-vault.ts'
import { findHelpers, type HelperPlaces, standardPlaces } from './find-helpers.ts'
import { askHelper } from './helper.ts'
import { createHelperVault } from './helper-vault.ts'
import { createMemoryVault } from './memory-vault.ts'
import type { CredentialVault } from './vault.ts'

export interface VaultsParts {
  files: { sealedLogins: string; plainLogins: string; tag: string }
  env: Readonly<Record<string, string | undefined>>
  /** Of the system, where this process can reach it. */
  keychain?: Keychain | undefined
  /** Other places than this computer's own. */
  helperPlaces?: HelperPlaces | undefined
  log: Pick<Log, 'write'>
}

/** A helper that is there may have nothing behind it: no store was made, or nobody is there to unlock it. */
const probeMs = 10_000

interface Helper {
  program: string
  vault: CredentialVault
}

/** Every place where logins lie, and the best that there is for a new one. */
export class Vaults {
  readonly #parts: VaultsParts
  readonly #fixed: ReadonlyMap<CredentialPlace, CredentialVault>
  #finding: Promise<Helper> | undefined

  constructor(parts: VaultsParts) {
    this.#parts = parts
    const { sealedLogins, plainLogins } = parts.files
    const all = [
      createSealedVault(sealedLogins, parts.keychain),
      createPlainVault(plainLogins),
      createMemoryVault(),
    ]
    this.#fixed = new Map(all.map((vault) => [vault.place, vault]))
  }

  /** Looked for when it is asked for, as a keychain may want its user to unlock it. */
  async best(): Promise<CredentialStore> {
    const { keychain } = this.#parts
    if (keychain && (await keychain.isThere().catch(() => false)))
      return { place: 'keychain', name: keychain.name }
    try {
      return { place: 'helper', name: (await this.#helper()).program }
    } catch (error) {
      if (error instanceof AppError) return { place: 'memory', error: error.toShape() }
      throw error
    }
  }

  /** @throws {AppError} `credentials-nowhere`, or what is wrong with the helper */
  async at(place: CredentialPlace): Promise<CredentialVault> {
    return this.#fixed.get(place) ?? (await this.#helper()).vault
  }

  /** One that could not be had is looked for anew: it may have been unlocked meanwhile. */
  #helper(): Promise<Helper> {
    this.#finding ??= this.#find().catch((error: unknown) => {
      this.#finding = undefined
      throw error
    })
    return this.#finding
  }

  async #find(): Promise<Helper> {
    const { files, env, log } = this.#parts
    const places = this.#parts.helperPlaces ?? standardPlaces(process.platform, env)
    let failure = new AppError('credentials-nowhere')
    for (const program of await findHelpers(places)) {
      try {
        // Its answer, which tells of other programs' logins, is let go.
        await askHelper('list', '', { program, env, timeoutMs: probeMs })
        return { program, vault: createHelperVault({ program, env, tag: files.tag }) }
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        failure = error
        log.write('credentials.helper-unusable', error.params)
      }
    }
    throw failure
  }
}
