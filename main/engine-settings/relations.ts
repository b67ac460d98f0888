import type { Node } from 'jsonc-parser'
import { isInside, overlap, parseNetwork } from './addresses.ts'
import { logOptionsOf } from './log-options.ts'
import { memberOf, membersOf, shorten, type Tell } from './rule.ts'

/** What single values do not show: most of it is what the engine's own check lets pass and then does not start with. */
export function checkRelations(root: Node, tell: Tell): void {
  checkLogs(root, tell)
  checkRuntimes(root, tell)
  checkUlimits(root, tell)
  checkPools(root, tell)
  checkPairs(root, tell)
  checkBridge(root, tell, { net: 'bip', part: 'fixed-cidr', gate: 'default-gateway' })
  checkBridge(root, tell, { net: 'bip6', part: 'fixed-cidr-v6', gate: 'default-gateway-v6' })
}

function checkLogs(root: Node, tell: Tell): void {
  const driver = textOf(memberOf(root, 'log-driver')) ?? 'json-file'
  const options = logOptionsOf(driver)
  for (const { name, value } of membersOf(memberOf(root, 'log-opts'))) {
    const key = String(name.value)
    const option = Object.hasOwn(options, key) ? options[key] : undefined
    const text = textOf(value)
    if (!option) {
      const allowed = Object.keys(options).join(', ')
      tell(name, 'log-option', { value: shorten(key), driver, allowed: allowed || '{}' })
    } else if (text !== undefined && !option.isOne(text))
      tell(value, 'pattern', { value: shorten(text), like: option.like })
  }
}

const ownRuntimes: readonly string[] = ['runc', 'io.containerd.runc.v2']

function checkRuntimes(root: Node, tell: Tell): void {
  const runtimes = membersOf(memberOf(root, 'runtimes'))
  for (const { name, value } of runtimes) {
    if (ownRuntimes.includes(String(name.value))) tell(name, 'runtime-own', { name: name.value })
    else if (value.type === 'object' && !isOneRuntime(value)) tell(value, 'runtime-path')
  }
  const chosen = memberOf(root, 'default-runtime')
  const known = [...ownRuntimes, ...runtimes.map(({ name }) => String(name.value))]
  const text = textOf(chosen)
  if (chosen && text && !known.includes(text))
    tell(chosen, 'runtime-missing', { value: shorten(text), allowed: known.join(', ') })
}

/** A program, or a shim of containerd by its type: one of them. */
function isOneRuntime(value: Node): boolean {
  const path = memberOf(value, 'path') !== undefined
  return path !== (memberOf(value, 'runtimeType') !== undefined)
}

const ulimits: readonly string[] = [
  ...['core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'msgqueue', 'nice', 'nofile', 'nproc'],
  ...['rss', 'rtprio', 'rttime', 'sigpending', 'stack'],
]

function checkUlimits(root: Node, tell: Tell): void {
  for (const { name, value } of membersOf(memberOf(root, 'default-ulimits'))) {
    const key = String(name.value)
    if (!ulimits.includes(key))
      tell(name, 'choice', { value: shorten(key), allowed: ulimits.join(', ') })
    const inner = memberOf(value, 'Name')
    if (inner && textOf(inner) !== undefined && inner.value !== key)
      tell(inner, 'ulimit-name', { name: shorten(key) })
    const [soft, hard] = [memberOf(value, 'Soft'), memberOf(value, 'Hard')].map(numberOf)
    if (soft === undefined || hard === undefined || hard === -1) continue
    if (soft > hard || soft === -1) tell(value, 'ulimit-order', { soft, hard })
  }
}

function checkPools(root: Node, tell: Tell): void {
  const pools = (memberOf(root, 'default-address-pools')?.children ?? []).map((node) => {
    const [base, size] = [memberOf(node, 'base'), memberOf(node, 'size')]
    return { node, size, network: parseNetwork(textOf(base)), bits: numberOf(size) }
  })
  for (const [index, { node, size, network, bits }] of pools.entries()) {
    if (!network) continue
    const most = network.address.includes(':') ? 128 : 32
    if (size && bits !== undefined && (bits < network.bits || bits > most))
      tell(size, 'pool-size', { bits: network.bits, most })
    const other = pools.slice(0, index).find((one) => one.network && overlap(one.network, network))
    if (other) tell(node, 'pool-overlap', { other: textOf(memberOf(other.node, 'base')) ?? '' })
  }
}

/** What the engine says only once it has stopped. */
function checkPairs(root: Node, tell: Tell): void {
  const [bridge, bip] = [memberOf(root, 'bridge'), memberOf(root, 'bip')]
  if (bridge && bip) tell(bip, 'together', { key: 'bip', other: 'bridge' })
  const [icc, iptables] = [memberOf(root, 'icc'), memberOf(root, 'iptables')]
  if (icc?.value === false && iptables?.value === false)
    tell(icc, 'together', { key: 'icc', other: 'iptables' })
}

/** A part of the bridge's network, and the way out of it, lie in it. */
function checkBridge(
  root: Node,
  tell: Tell,
  { net, part, gate }: Record<'net' | 'part' | 'gate', string>,
): void {
  const whole = textOf(memberOf(root, net))
  const network = parseNetwork(whole)
  if (whole === undefined || !network) return
  for (const key of [part, gate]) {
    const node = memberOf(root, key)
    const value = textOf(node)
    if (!node || value === undefined) continue
    if (!isInside(parseNetwork(value) ?? value, network))
      tell(node, 'outside', { value: shorten(value), network: whole })
  }
}

function textOf(node: Node | undefined): string | undefined {
  return typeof node?.value === 'string' ? node.value : undefined
}

function numberOf(node: Node | undefined): number | undefined {
  return typeof node?.value === 'number' ? node.value : undefined
}
