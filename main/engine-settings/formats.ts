import { isIP, isIPv4, isIPv6 } from 'node:net'

/** An address with its network, such as 172.17.0.1/16. */
export function isNetwork(value: string, family: 4 | 6 | 'any' = 'any'): boolean {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(value) ?? []
  const found = isIP(address)
  if (found === 0 || (family !== 'any' && found !== family)) return false
  return Number(bits) <= (found === 4 ? 32 : 128)
}

/** As the engine counts memory and space: digits, and k, m, g, t or p with or without its b. */
export function isSize(value: string): boolean {
  return /^\d+(\.\d+)? ?([kmgtp]i?b?|b)$/i.test(value)
}

/** What a build cache keeps: a size, or a part of the disk. */
export function isCacheSize(value: string): boolean {
  return isSize(value) || /^\d+$/.test(value) || /^([1-9]?\d|100)%$/.test(value)
}

/** As Go writes them: 36h, 1h30m. */
export function isDuration(value: string): boolean {
  return /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(value)
}

/** A proxy or a server of a log: its scheme and its name at least. */
export function isUrl(value: string, schemes: readonly string[]): boolean {
  const url = parseUrl(value)
  return url !== undefined && schemes.includes(url.protocol) && url.hostname !== ''
}

/** Without a user, a question or a fragment: the engine refuses them. */
export function isMirror(value: string): boolean {
  const url = parseUrl(value)
  if (!url || !isUrl(value, ['http:', 'https:'])) return false
  return url.username === '' && url.password === '' && !/[?#]/.test(value)
}

/** URL takes more for an address than Go does. */
function parseUrl(value: string): URL | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s/]+(\/\S*)?$/i.test(value) || !URL.canParse(value))
    return undefined
  return new URL(value)
}

/** A registry's name with or without its port, or a network of them. */
export function isRegistry(value: string): boolean {
  return isNetwork(value) || isHostPort(value)
}

export function isHostPort(value: string, needsPort = false): boolean {
  const [, bracketed, plain, port] =
    /^(?:\[([^\]]+)\]|([^:\s/]+))(?::(\d{1,5}))?$/.exec(value) ?? []
  if (port === undefined ? needsPort : Number(port) > 65_535) return false
  return bracketed !== undefined ? isIPv6(bracketed) : isHostName(plain ?? '')
}

function isHostName(value: string): boolean {
  if (/^[\d.]+$/.test(value)) return isIPv4(value)
  return (
    value.length <= 253 &&
    value.split('.').every((part) => /^[a-z0-9]([\w-]*[a-z0-9])?$/i.test(part))
  )
}

/** A domain to look names up in, or the dot that stands for none. */
export function isSearchDomain(value: string): boolean {
  const parts = value.replace(/\.$/, '').split('.')
  return value === '.' || parts.every((part) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i.test(part))
}

export function isLabel(value: string): boolean {
  return /^[^=\s]+=/.test(value)
}

export function isAbsolute(value: string): boolean {
  return /^\/\S/.test(value)
}
