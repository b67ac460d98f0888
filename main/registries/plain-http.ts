import { BlockList, isIP } from 'node:net'
import { isLoopbackRegistry } from '../registry/base-url.ts'

/**
 * Whether a registry may be asked over HTTP: it is on this computer, or the engine's settings name it or its network in
 * `insecure-registries`. A name is not looked up for a network, since whoever answers for names could then choose.
 * @param engineSettings the text of daemon.json
 */
export function isPlainAllowed(registry: string, engineSettings: string): boolean {
  if (isLoopbackRegistry(registry)) return true
  const named = readInsecure(engineSettings)
  if (named.some((one) => one.toLowerCase() === registry)) return true
  const { hostname } = new URL(`http://${registry}`)
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  const version = isIP(address)
  return version !== 0 && toNetworks(named).check(address, version === 6 ? 'ipv6' : 'ipv4')
}

function readInsecure(engineSettings: string): string[] {
  try {
    const settings = JSON.parse(engineSettings) as { 'insecure-registries'?: unknown }
    const named = settings['insecure-registries']
    return Array.isArray(named) ? named.filter((one) => typeof one === 'string') : []
  } catch {
    return []
  }
}

function toNetworks(named: readonly string[]): BlockList {
  const list = new BlockList()
  for (const one of named) {
    const [, address = '', bits = ''] = /^([\da-f.:]+)\/(\d{1,3})$/i.exec(one) ?? []
    const version = isIP(address)
    if (version === 0 || Number(bits) > (version === 6 ? 128 : 32)) continue
    list.addSubnet(address, Number(bits), version === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
