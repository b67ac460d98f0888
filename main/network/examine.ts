import { AppError, type Finding } from '#api'
import { describeAuthority, isAuthority } from './authorities.ts'
import type { HostNetwork } from './host-network.ts'
import { type ProxyServer, toShown } from './proxy-server.ts'
import { openToProxy } from './tunnel.ts'

const answerMs = 5000

/** What is wrong with this computer's proxies, and with the certificates that were added. */
export async function examineHostNetwork(
  network: Pick<HostNetwork, 'proxyFor' | 'authorities' | 'agents'>,
): Promise<Finding[]> {
  const proxies = (['http', 'https'] as const).flatMap((scheme) => network.proxyFor(scheme) ?? [])
  const named = new Map(proxies.map((proxy) => [toShown(proxy), proxy]))
  const tried = await Promise.all([...named.values()].map((proxy) => knock(proxy, network)))
  return [...all('proxy', tried.flat()), ...all('authorities', expired(network.authorities))]
}

/** One for each that is wrong, else one for all. */
function all(check: Finding['check'], errors: readonly AppError[]): Finding[] {
  if (errors.length > 0)
    return errors.map((error) => ({ check, state: 'wrong', error: error.toShape() }))
  return [{ check, state: 'ok' }]
}

async function knock(
  proxy: ProxyServer,
  { agents }: Pick<HostNetwork, 'agents'>,
): Promise<AppError[]> {
  try {
    const signal = AbortSignal.timeout(answerMs)
    const socket = await openToProxy(proxy, { signal, ca: agents.trusted() })
    socket.destroy()
    return []
  } catch (cause) {
    return [new AppError('proxy-unreachable', { proxy: toShown(proxy) }, { cause })]
  }
}

function expired(authorities: readonly string[]): AppError[] {
  return authorities
    .filter(isAuthority)
    .map(describeAuthority)
    .filter(({ until }) => until < Date.now())
    .map(({ subject }) => new AppError('authority-expired', { subject }))
}
