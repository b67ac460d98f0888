import { isIP, isIPv4, isIPv6 } from 'node:net'
import { isNetwork, isSearchDomain } from '../formats.ts'
import { form, listOf, mapOf, record, text, whole } from '../rule.ts'
import { keysOf, type KeyRow } from './key-row.ts'

const { flagKey, wholeKey, formKey, jsonKey } = keysOf('network')
const names = keysOf('names')

const ofFour = (value: string) => isNetwork(value, 4)
const ofSix = (value: string) => isNetwork(value, 6)
/**
 * What the engine makes the default bridge of, which it leaves alone while a container runs: `initNetworkController` and
 * `initBridgeDriver` in moby's daemon/daemon_unix.go, 28.5.2.
 */
const held = { needsIdle: true } as const
const pool = record(
  { base: form((value) => isNetwork(value), '10.10.0.0/16'), size: whole(1, 128) },
  ['base', 'size'],
)

/** The networks that containers are in, and how they reach the world. */
export const networkKeys: readonly KeyRow[] = [
  formKey('bip', ofFour, '172.17.0.1/16', held),
  formKey('bip6', ofSix, 'fd00:1::1/64', held),
  formKey('fixed-cidr', ofFour, '172.17.0.0/17', held),
  formKey('fixed-cidr-v6', ofSix, 'fd00:1::/64', held),
  formKey('default-gateway', (value) => isIPv4(value), '172.17.0.1', held),
  formKey('default-gateway-v6', (value) => isIPv6(value), 'fd00:1::1', held),
  formKey('bridge', (value) => /^[\w.-]{1,15}$/.test(value), 'none', {
    standard: 'docker0',
    ...held,
  }),
  jsonKey('default-address-pools', listOf(pool)),
  jsonKey('default-network-opts', record({ bridge: mapOf(text), overlay: mapOf(text) })),
  wholeKey('mtu', [68, 65_535], { standard: 1500, ...held }),
  flagKey('ipv6', false, held),
  flagKey('icc', true, held),
  flagKey('ip-masq', true, held),
  flagKey('ip-forward', true),
  flagKey('ip-forward-no-drop', false),
  flagKey('iptables', true),
  flagKey('ip6tables', true),
  flagKey('allow-direct-routing', false),
  wholeKey('network-control-plane-mtu', [500, 65_535], { standard: 1500 }),
  wholeKey('network-diagnostic-port', [0, 65_535], { standard: 0 }),
  formKey('swarm-default-advertise-addr', (value) => /^\S+$/.test(value), 'eth0'),
]

/** How containers look names up. */
export const nameKeys: readonly KeyRow[] = [
  names.listKey(
    'dns',
    form((value) => isIP(value) !== 0, '1.1.1.1'),
  ),
  names.listKey('dns-search', form(isSearchDomain, 'example.com')),
  names.listKey(
    'dns-opts',
    form((value) => /^[a-z][\w-]*(:\d+)?$/.test(value), 'ndots:2'),
  ),
]
