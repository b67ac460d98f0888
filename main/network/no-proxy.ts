import { BlockList, isIP } from 'node:net'
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
      const host = bareHost(url.hostname.toLowerCase()).replace(/\.$/, '')
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
  const host = toHostRule(bareHost(named))
  return host && ((target) => (port === undefined || port === target.port) && host(target))
}

function toHostRule(name: string): Rule | undefined {
  if (isIP(name) !== 0) return ({ host }) => host === name
  const isBelowOnly = /^\*?\./.test(name)
  const suffix = name.replace(/^\*?\./, '')
  if (!/^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/.test(suffix)) return undefined
  return ({ host }) => host.endsWith(`.${suffix}`) || (!isBelowOnly && host === suffix)
}

function toRange(entry: string): Rule | undefined {
  const [, address = '', length = ''] = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(entry) ?? []
  const version = isIP(address)
  if (version === 0 || Number(length) > (version === 4 ? 32 : 128)) return undefined
  const list = new BlockList()
  list.addSubnet(address, Number(length), version === 4 ? 'ipv4' : 'ipv6')
  return ({ host }) => {
    const found = isIP(host)
    return found !== 0 && list.check(host, found === 4 ? 'ipv4' : 'ipv6')
  }
}
