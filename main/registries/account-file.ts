import { z } from 'zod'
import type { RegistryAccount } from '#api'
import { readWhole, setAside, writeWhole } from '../host/whole-file.ts'

/** Who we are at a registry, and where the password lies. */
export type Account = Pick<RegistryAccount, 'registry' | 'username' | 'place'>

/** What was in docker's config.json before we wrote there, to put it back. */
export interface LinkUndo {
  /** The helper that the registry had. */
  before?: string
  /** There was no file, or no object of helpers in it. */
  made?: 'file' | 'object'
}

const account = z.object({
  registry: z.string(),
  username: z.string(),
  place: z.enum(['keychain', 'helper', 'plain', 'memory']),
})
const undo = z.object({
  before: z.string().optional(),
  made: z.enum(['file', 'object']).optional(),
})
const kept = z.object({ accounts: z.array(account), links: z.record(z.string(), undo) })

/**
 * registries.json: which registries have a login, of whom and where, and which of them docker was told of. User names are
 * there, as in docker's own files: a list of logins must not open a keychain. Logins that end with the app are not.
 */
export class AccountFile {
  readonly #file: string
  #accounts: ReadonlyMap<string, Account>
  #links: ReadonlyMap<string, LinkUndo>

  private constructor(file: string, accounts: Account[], links: Record<string, LinkUndo>) {
    this.#file = file
    this.#accounts = new Map(accounts.map((one) => [one.registry, one]))
    this.#links = new Map(Object.entries(links))
  }

  /** A file that cannot be read is set aside: logins are made anew. */
  static async open(file: string): Promise<AccountFile> {
    const text = await readWhole(file).catch(() => undefined)
    if (text === undefined) return new AccountFile(file, [], {})
    try {
      const { accounts, links } = kept.parse(JSON.parse(text))
      return new AccountFile(file, accounts, links)
    } catch {
      await setAside(file)
      return new AccountFile(file, [], {})
    }
  }

  get accounts(): ReadonlyMap<string, Account> {
    return this.#accounts
  }

  /** By registry. */
  get links(): ReadonlyMap<string, LinkUndo> {
    return this.#links
  }

  async setAccount(registry: string, account: Account | undefined): Promise<void> {
    const next = new Map(this.#accounts)
    if (account) next.set(registry, account)
    else next.delete(registry)
    await this.#write(next, this.#links)
  }

  async setLink(registry: string, undo: LinkUndo | undefined): Promise<void> {
    const next = new Map(this.#links)
    if (undo) next.set(registry, undo)
    else next.delete(registry)
    await this.#write(this.#accounts, next)
  }

  /** What cannot be written has not happened. */
  async #write(
    accounts: ReadonlyMap<string, Account>,
    links: ReadonlyMap<string, LinkUndo>,
  ): Promise<void> {
    const lasting = [...accounts.values()].filter(({ place }) => place !== 'memory')
    const text = JSON.stringify({ accounts: lasting, links: Object.fromEntries(links) }, null, 2)
    await writeWhole(this.#file, `${text}\n`)
    this.#accounts = accounts
    this.#links = links
  }
}
