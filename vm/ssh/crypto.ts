import { createRequire } from 'node:module'
import { z } from 'zod'

/**
 * Whether ssh2 found its native addon. The link works without it, at about a tenth of the speed for bulk data, and
 * ssh2 itself says nothing of it.
 */
export function hasNativeCrypto(): boolean {
  try {
    const internals: unknown = createRequire(import.meta.url)('ssh2/lib/protocol/crypto.js')
    return z.object({ bindingAvailable: z.boolean() }).parse(internals).bindingAvailable
  } catch {
    return false
  }
}
