import { z } from 'zod'
import { AppError } from '#api'
import type { Credentials } from '../registry/tokens.ts'
import { askHelper, type HelperOptions } from './helper.ts'
import type { CredentialVault } from './vault.ts'

export interface HelperVaultOptions extends Pick<HelperOptions, 'program' | 'env'> {
  /** Tells the entries of one home from those of another. */
  tag: string
  timeoutMs?: number
}

/** Long enough for somebody to find and type the passphrase. */
const unlockMs = 60_000

const answer = z.object({ Username: z.string(), Secret: z.string() })

/**
 * Logins in the keychain that a credential helper of docker's speaks for. Each lies under an address of ours that nobody
 * can have (RFC 2606 keeps `.invalid` free), so that docker's own entries for the same registry are neither read nor
 * written over, nor taken out.
 */
export function createHelperVault(options: HelperVaultOptions): CredentialVault {
  const { program, env, tag, timeoutMs = unlockMs } = options
  const toUrl = (registry: string) => `https://${tag}.berth.invalid/${registry}`
  const asked = { program, env, timeoutMs }
  const get = async (registry: string): Promise<Credentials | undefined> => {
    const text = await askHelper('get', toUrl(registry), asked)
    if (text === undefined) return undefined
    try {
      const { Username, Secret } = answer.parse(JSON.parse(text))
      return { username: Username, password: Secret }
    } catch {
      throw new AppError('credentials-unreadable', { registry })
    }
  }
  const erase = async (registry: string) => {
    await askHelper('erase', toUrl(registry), asked)
  }
  return {
    place: 'helper',
    get,
    erase,
    async store(registry, { username, password }) {
      const before = await get(registry)
      // Some keep one for each user name, and then give whichever they like.
      if (before && before.username !== username) await erase(registry)
      const entry = { ServerURL: toUrl(registry), Username: username, Secret: password }
      await askHelper('store', JSON.stringify(entry), { ...asked, secret: password })
    },
  }
}
