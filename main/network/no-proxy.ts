import { BlockList, isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { bareHost } from './proxy-server.ts'

type Rule = (target: { host: string; port: number }) => boolean

/**
 * Which addresses are reached without a proxy, as Go's programs read `NO_PROXY` (golang.org/x/net/http/httpproxy), the
 * engine among them: `example.com` with all below it, `.example.com` and `*.example.com` without itself, an address or a
 * range of addresses (`10.0.0.0/8`), each with a port if it is about that alone; `*` for everything.
 */
export interface NoProxy {
  has(url: URL): boolean
  /** The entries that are none of these. */
  readonly wrong: readonly string[]
}

export function parseNoProxy(text: string): NoProxy {
  const entries = text.split(/[\s,;]+/).filter((entry) => entry !== '')
  const rules = entries.map((entry) => toRule(entry.toLowerCase()))
  return {
    wrong: entries.filter((_, index) => !rules[index]),
    has(url) {
      const port = Number(url.port) || (url.protocol === 'http:' ? 80 : 443)
      const host = plainAddress(bareHost(url.hostname.toLowerCase()).replace(/\.$/, ''))
      return rules.some((rule) => rule?.({ host, port }))
    },
  }
}

function toRule(entry: string): Rule | undefined {
  if (entry === '*') return () => true
  const range = toRange(entry)
  if (range) return range
  const [, named = '', digits] = /^(\[[0-9a-f:.]+\]|[^:]+?)(?::(\d+))?$/.exec(entry) ?? ['', entry]
  const port = digits === undefined ? undefined : Number(digits)
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined
  const host = /^\[.*\]$/.test(named) ? toAddressRule(bareHost(named), 6) : toHostRule(named)
  return host && ((target) => (port === undefined || port === target.port) && host(target))
}

/** However it is written; undefined for what is none of this version. */
function toAddressRule(text: string, version: number): Rule | undefined {
  if (
    isIP(text) !== version ||
    !URL.canParse(version === 6 ? `http://[${text}]` : `http://${text}`)
  )
    return undefined
  const address = plainAddress(text)
  return ({ host }) => host === address
}

function toHostRule(text: string): Rule | undefined {
  if (isIP(text) !== 0) return toAddressRule(text, isIP(text))
  const name = text.replace(/\.$/, '')
  const isBelowOnly = /^\*?\./.test(name)
  const suffix = toName(name.replace(/^\*?\./, ''))
  if (suffix === undefined) return undefined
  return ({ host }) => host.endsWith(`.${suffix}`) || (!isBelowOnly && host === suffix)
}

/** As addresses have it, other letters than those of ASCII in Punycode. What ends with a number would be an address. */
function toName(text: string): string | undefined {
  const isPlain = /^[\p{L}\p{M}\p{N}_](?:[\p{L}\p{M}\p{N}_.-]*[\p{L}\p{M}\p{N}_])?$/u.test(text)
  const name = isPlain && !text.includes('..') ? domainToASCII(text) : ''
  if (name === '' || /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(name)) return undefined
  return name
}

function toRange(entry: string): Rule | undefined {
  const [, address = '', digits = ''] = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(entry) ?? []
  const version = isIP(address)
  if (version === 0 || Number(digits) > (version === 4 ? 32 : 128)) return undefined
  const plain = plainAddress(address)
  const isMapped = version === 6 && isIP(plain) === 4 && Number(digits) >= 96
  const list = new BlockList()
  if (isMapped) list.addSubnet(plain, Number(digits) - 96, 'ipv4')
  else list.addSubnet(address, Number(digits), version === 4 ? 'ipv4' : 'ipv6')
  return ({ host }) => {
    const found = isIP(host)
    return found !== 0 && list.check(host, found === 4 ? 'ipv4' : 'ipv6')
  }
}

/** An address of IPv6 as a URL has it, and one of IPv4 that is written as one of IPv6 as what it is. */
function plainAddress(host: string): string {
  if (isIP(host) !== 6 || !URL.canParse(`http://[${host}]`)) return host
  const address = bareHost(new URL(`http://[${host}]`).hostname)
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address) ?? []
  if (high === undefined || low === undefined) return address
  const bits = parseInt(high, 16) * 0x1_00_00 + parseInt(low, 16)
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.')
}
