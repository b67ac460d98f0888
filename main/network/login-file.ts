import { z } from 'zod'
import type { ProxyAccount } from '#api'
import { readWhole, setAside, writeWhole } from '../host/whole-file.ts'

/** Who we are for a proxy, and where the password lies. */
export type KeptAccount = Pick<ProxyAccount, 'proxy' | 'username' | 'place'>

const account = z.object({
  proxy: z.string(),
  username: z.string(),
  place: z.enum(['keychain', 'helper']),
})
const kept = z.object({ accounts: z.array(account) })

/** proxies.json: for which proxies there is a login, of whom and where. Logins that end with the app are not in it. */
export class LoginFile {
  readonly #file: string
  #text: string
  #accounts: ReadonlyMap<string, KeptAccount>

  private constructor(file: string, accounts: readonly KeptAccount[]) {
    this.#file = file
    this.#accounts = new Map(accounts.map((one) => [one.proxy, one]))
    this.#text = toText(this.#accounts)
  }

  /** A file that cannot be read is set aside: logins are made anew. */
  static async open(file: string): Promise<LoginFile> {
    const text = await readWhole(file).catch(() => undefined)
    if (text === undefined) return new LoginFile(file, [])
    try {
      return new LoginFile(file, kept.parse(JSON.parse(text)).accounts)
    } catch {
      await setAside(file)
      return new LoginFile(file, [])
    }
  }

  /** By proxy. */
  get accounts(): ReadonlyMap<string, KeptAccount> {
    return this.#accounts
  }

  /** What cannot be written has not happened. @throws {AppError} `disk-full`, `home-not-writable` */
  async set(proxy: string, account: KeptAccount | undefined): Promise<void> {
    const next = new Map(this.#accounts)
    if (account) next.set(proxy, account)
    else next.delete(proxy)
    const text = toText(next)
    if (text !== this.#text) await writeWhole(this.#file, text)
    this.#text = text
    this.#accounts = next
  }
}

function toText(accounts: ReadonlyMap<string, KeptAccount>): string {
  const lasting = [...accounts.values()].filter(({ place }) => place !== 'memory')
  return `${JSON.stringify({ accounts: lasting }, null, 2)}\n`
}
