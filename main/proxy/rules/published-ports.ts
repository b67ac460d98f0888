import { isIP } from 'node:net'
import { z } from 'zod'
import type { Edit, JsonText, Span } from '../json-text.ts'

/**
 * The label of a container that keeps what its ports' host addresses were asked to be: in the guest all is published on
 * every address, which is what the host's side of a port can reach.
 */
export const publishedLabel = 'dev.berth.published'

const address = z.string().refine((text) => text === '' || isIP(text) !== 0)
const binding = z.object({ HostIp: address.default(''), HostPort: z.string().default('') })
export type Binding = z.infer<typeof binding>

const published = z.record(z.string(), z.array(binding))
/** By port and protocol, as `80/tcp`: the bindings that were asked with an address. */
export type Published = z.infer<typeof published>

const everywhere = '0.0.0.0'

/** Publishes on every address of the guest what was asked on one of the host's, and notes in a label what was asked. */
export function publishedPorts(json: JsonText): Edit[] {
  const hostConfig = json.find(json.root, 'HostConfig')
  if (!hostConfig) return []
  const ports = json.find(hostConfig, 'PortBindings')
  const lists = ports ? json.members(ports) : []
  const all = json.value(json.find(hostConfig, 'PublishAllPorts')) === true
  if (!all && lists.every(({ value }) => json.items(value).length === 0)) return []
  const asked: Published = {}
  const edits = lists.flatMap(({ key, value }) => {
    const given = readGiven(json, value)
    if (given.length > 0) asked[portKey(key)] = given.map((one) => one.binding)
    return rewriteList(json, value, given)
  })
  // Written even when empty: an image that was made of a container carries that container's label.
  return [...edits, ...setLabel(json, publishedLabel, JSON.stringify(asked))]
}

/** What such a label says; undefined for a label that is not ours. */
export function parsePublished(label: unknown): Published | undefined {
  if (typeof label !== 'string') return undefined
  try {
    return published.parse(JSON.parse(label))
  } catch {
    return undefined
  }
}

interface Given {
  span: Span
  binding: Binding
}

/** The bindings that name an address. One that is no address is left for the engine to refuse. */
function readGiven(json: JsonText, list: Span): Given[] {
  return json.items(list).flatMap((span) => {
    const HostIp = textOf(json, json.find(span, 'HostIp')).replace(/^\[(.*)\]$/, '$1')
    const HostPort = textOf(json, json.find(span, 'HostPort'))
    return isIP(HostIp) ? [{ span, binding: { HostIp, HostPort } }] : []
  })
}

function textOf(json: JsonText, span: Span | undefined): string {
  const value = json.value(span)
  return typeof value === 'string' ? value : ''
}

/** 127.0.0.1:80 and [::1]:80 are the one 0.0.0.0:80 in the guest. */
function rewriteList(json: JsonText, list: Span, given: Given[]): Edit[] {
  const seen = new Set<string>()
  const doubled = new Set<Span>()
  for (const { span, binding } of given) {
    if (isOnePort(binding.HostPort) && seen.has(binding.HostPort)) doubled.add(span)
    seen.add(binding.HostPort)
  }
  const starts = new Set([...doubled].map(({ start }) => start))
  const edits = given.flatMap(({ span }) => {
    const address = json.find(span, 'HostIp')
    return address && !doubled.has(span) ? [json.replace(address, everywhere)] : []
  })
  const items = json.items(list)
  // The first of a list is never a double, so that each has a comma before it.
  const removed = items.flatMap((item, at) => {
    const before = items[at - 1]
    return before && starts.has(item.start) ? [{ start: before.end, end: item.end, text: '' }] : []
  })
  return [...edits, ...removed]
}

/** Neither "any" nor a range. */
function isOnePort(hostPort: string): boolean {
  return /^[1-9]\d*$/.test(hostPort)
}

/** By what the label has a port, however a client writes it. */
export function portKey(key: string): string {
  return (key.includes('/') ? key : `${key}/tcp`).toLowerCase()
}

function setLabel(json: JsonText, name: string, value: string): Edit[] {
  const labels = json.find(json.root, 'Labels')
  if (labels) return [json.set(labels, name, value)]
  const nothing = json.members(json.root).findLast(({ key }) => key.toLowerCase() === 'labels')
  const only = { [name]: value }
  return [nothing ? json.replace(nothing.value, only) : json.set(json.root, 'Labels', only)]
}
