import { type Agents, type Deadlines, type Exchange, exchange } from './exchange.ts'
import { failureOfStatus } from './failure.ts'
import { Tokens, type TokenOptions } from './tokens.ts'

export interface RegistryRequest {
  /** Of the registry's API, such as `https://ghcr.io/v2`. */
  base: string
  /** Below it, with a slash before it. */
  path: string
  /** The repository that is asked about, for the token; absent for the API's own root. */
  repository?: string
  method?: 'GET' | 'HEAD'
  headers?: Readonly<Record<string, string>>
  deadlines: Deadlines
  signal: AbortSignal
}

/** Asks registries as the distribution specification says, and shows each what it wants to see. */
export interface RegistryClient {
  /**
   * An answer that is a success; everything else is thrown.
   * @throws {RegistryFailure}
   */
  open(request: RegistryRequest): Promise<Exchange>
  /** Somebody has logged in or out: what registries gave before is not shown to them again. */
  forget(): void
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md */
export function createRegistryClient(options: TokenOptions): RegistryClient {
  const tokens = new Tokens(options)
  return {
    forget: () => tokens.forget(),
    async open(request) {
      const { base, repository, deadlines, signal } = request
      const wanted = {
        base,
        scope: repository === undefined ? '' : `repository:${repository}:pull`,
      }
      const known = tokens.headerFor(wanted)
      let answer = await ask(options.agents, request, known)
      const challenge = answer.headers['www-authenticate']
      if (answer.status === 401 && challenge !== undefined) {
        answer.discard()
        const header = await tokens.meet(wanted, challenge, { deadlines, signal })
        if (header !== undefined) answer = await ask(options.agents, request, header)
      }
      const failure = failureOfStatus(answer.status, answer.headers['retry-after'])
      if (!failure) return answer
      answer.discard()
      throw failure
    },
  }
}

function ask(
  agents: Agents,
  { base, path, method = 'GET', headers, deadlines, signal }: RegistryRequest,
  authorization: string | undefined,
): Promise<Exchange> {
  return exchange(new URL(`${base}${path}`), {
    ...{ method, deadlines, signal, agents },
    headers: { ...headers, ...(authorization !== undefined && { authorization }) },
  })
}
