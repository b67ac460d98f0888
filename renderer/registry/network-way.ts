import type { ErrorCode } from '#api'
import type { WordKey } from '../text/words.ts'

/** What leads to the settings of the network, for a failure that they mend. */
export function toNetworkWay(code: ErrorCode): WordKey | undefined {
  if (code === 'registry-tls') return 'ui.registries.authorityLink'
  return proxyCodes.has(code) ? 'ui.registries.proxyLink' : undefined
}

const proxyCodes: ReadonlySet<ErrorCode> = new Set([
  ...(['registry-proxy', 'registry-proxy-named'] as const),
  ...(['registry-proxy-refused', 'registry-proxy-denied'] as const),
])
