import type { PublishedPort } from '#api'
import { ValueRefused } from './problems.ts'

const protocols = ['tcp', 'udp', 'sctp'] as const
const longestRange = 1000

/** `[[ip:][host]:]container[/protocol]` with ranges, as -p takes it; a range is as many ports. */
export function parsePublish(text: string): PublishedPort[] {
  const trimmed = text.trim()
  if (/^\w+=/.test(trimmed)) return [parseLong(trimmed)]
  const [, body = '', , protocolText] = /^([^/]*)(\/(.*))?$/.exec(trimmed) ?? []
  const protocol = toProtocol(protocolText)
  const { hostIp, host, container } = splitParts(body)
  const targets = parseRange(container)
  const hosts = host === '' ? targets.map(() => undefined) : parseRange(host)
  // Many host ports for one in the container let the engine choose: there is no way to say that here.
  if (hosts.length !== targets.length) throw new ValueRefused('portRange')
  return targets.map((containerPort, index) => {
    const hostPort = hosts[index]
    return {
      containerPort,
      protocol,
      ...(hostPort !== undefined && { hostPort }),
      ...(hostIp !== '' && { hostIp }),
    }
  })
}

export function formatPublish({
  containerPort,
  protocol,
  hostPort,
  hostIp,
}: PublishedPort): string {
  const ip = hostIp?.includes(':') ? `[${hostIp}]` : hostIp
  const host = hostPort ? String(hostPort) : ''
  const before = ip ? `${ip}:${host}:` : host === '' ? '' : `${host}:`
  return `${before}${containerPort}${protocol === 'tcp' ? '' : `/${protocol}`}`
}

function splitParts(body: string): { hostIp: string; host: string; container: string } {
  const bracketed = /^\[([^\]]*)\]:(.*)$/.exec(body)
  const parts = (bracketed?.[2] ?? body).split(':')
  const container = parts.pop() ?? ''
  const host = parts.pop() ?? ''
  const hostIp = bracketed?.[1] ?? parts.join(':')
  if (bracketed && parts.length > 0) throw new ValueRefused('port')
  return { hostIp, host, container }
}

function parseRange(text: string): number[] {
  const [, from, , to] = /^\s*(\d{1,5})(-(\d{1,5}))?\s*$/.exec(text) ?? []
  const first = Number(from)
  const last = to === undefined ? first : Number(to)
  const isRange = first >= 1 && last <= 65_535 && last >= first && last - first < longestRange
  if (from === undefined || !isRange) throw new ValueRefused('port')
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

function toProtocol(text = 'tcp'): PublishedPort['protocol'] {
  const found = protocols.find((protocol) => protocol === text.toLowerCase())
  if (!found) throw new ValueRefused('port')
  return found
}

/** `published=8080,target=80,protocol=udp`, as swarm writes it and run takes it. */
function parseLong(text: string): PublishedPort {
  const pairs = new Map(text.split(',').map((part) => toPair(part)))
  const [containerPort] = parseRange(pairs.get('target') ?? '')
  const published = pairs.get('published')
  const [hostPort] = published === undefined ? [undefined] : parseRange(published)
  if (containerPort === undefined) throw new ValueRefused('port')
  return {
    containerPort,
    protocol: toProtocol(pairs.get('protocol')),
    ...(hostPort !== undefined && { hostPort }),
  }
}

function toPair(part: string): [string, string] {
  const [name = '', ...rest] = part.split('=')
  return [name, rest.join('=')]
}
