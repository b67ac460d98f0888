import type { Edit, JsonText, Span } from '../json-text.ts'
import {
  type Binding,
  parsePublished,
  portKey,
  type Published,
  publishedLabel,
} from './published-ports.ts'

const everywhere = '0.0.0.0'

/**
 * Gives the details of a container the host addresses back that were asked for its ports, and takes away the label that
 * keeps them, unless it was asked for.
 */
export function askedPortsOfDetails(json: JsonText, container: Span, keepLabel: boolean): Edit[] {
  const labels = json.find(container, 'Config', 'Labels')
  const asked = readLabel(json, labels)
  if (!labels || !asked) return []
  const hidden = keepLabel ? [] : json.without(labels, publishedLabel)
  const maps = [
    json.find(container, 'HostConfig', 'PortBindings'),
    json.find(container, 'NetworkSettings', 'Ports'),
  ]
  const addresses = maps.flatMap((map) => {
    const used = new Set<Binding>()
    return (map ? json.members(map) : []).flatMap(({ key, value }) =>
      json.items(value).flatMap((item) => {
        const port = String(json.value(json.find(item, 'HostPort')))
        return readdress(
          json,
          json.find(item, 'HostIp'),
          item,
          take(asked[portKey(key)], port, used),
        )
      }),
    )
  })
  return [...hidden, ...addresses]
}

/** The same for one container of a list. */
export function askedPortsOfListed(json: JsonText, container: Span, keepLabel: boolean): Edit[] {
  const labels = json.find(container, 'Labels')
  const asked = readLabel(json, labels)
  if (!labels || !asked) return []
  const hidden = keepLabel ? [] : json.without(labels, publishedLabel)
  const used = new Set<Binding>()
  const addresses = json.items(json.find(container, 'Ports')).flatMap((item) => {
    const number = (name: string) => String(json.value(json.find(item, name)))
    const key = `${number('PrivatePort')}/${number('Type')}`
    return readdress(
      json,
      json.find(item, 'IP'),
      item,
      take(asked[key], number('PublicPort'), used),
    )
  })
  return [...hidden, ...addresses]
}

function readLabel(json: JsonText, labels: Span | undefined): Published | undefined {
  const own = labels && json.members(labels).findLast(({ key }) => key === publishedLabel)
  return own && parsePublished(json.value(own.value))
}

/** What was asked that became this host port: by its number, or one of those that left the number to the engine. */
function take(asked: Binding[] | undefined, hostPort: string, used: Set<Binding>): Binding[] {
  const named = (asked ?? []).filter(({ HostPort }) => HostPort === hostPort && hostPort !== '')
  if (named.length > 0) return named
  const left = asked?.find((one) => !used.has(one) && leavesOpen(one.HostPort, hostPort))
  if (!left) return []
  used.add(left)
  return [left]
}

function leavesOpen(asked: string, hostPort: string): boolean {
  if (asked === '' || asked === '0') return true
  const [from, to] = asked.split('-').map(Number)
  return to !== undefined && Number(hostPort) >= Number(from) && Number(hostPort) <= to
}

/** The item once for each address that was asked. */
function readdress(
  json: JsonText,
  address: Span | undefined,
  item: Span,
  asked: Binding[],
): Edit[] {
  if (!address || asked.length === 0 || json.value(address) !== everywhere) return []
  const before = json.text.slice(item.start, address.start)
  const after = json.text.slice(address.end, item.end)
  const items = asked.map(({ HostIp }) => before + JSON.stringify(HostIp) + after)
  return [{ ...item, text: items.join(',') }]
}
