import { describe, expect, test } from 'vitest'
import type { PortMapping, PortReach } from '#api'
import { toListeners } from '../../../../main/ports/listener.ts'
import { toChoice, toWanted } from '../../../../main/ports/wanted.ts'

const options = {
  publishTo: 'loopback' as const,
  choices: new Map<string, PortReach>(),
  platform: 'linux' as const,
}
function container(ports: PortMapping[], labels: Record<string, string> = {}) {
  return { id: 'c'.repeat(64), name: 'web', labels, ports, folders: [], volumes: [] }
}
const web: PortMapping = { containerPort: 80, protocol: 'tcp', hostPort: 8080, hostIp: '0.0.0.0' }
const label = (bindings: object) => ({ 'dev.berth.published': JSON.stringify(bindings) })

function addresses(ports: PortMapping[], labels = {}, change = {}) {
  return toWanted(container(ports, labels), { ...options, ...change }).map(
    ({ port }) => `${port.address} ${port.reach} ${port.canShare ? 'free' : 'fixed'}`,
  )
}

describe('where a published port is listened on', () => {
  test.each([
    ['no address', { ...web, hostIp: '' }, '127.0.0.1 computer free'],
    ['every address', web, '127.0.0.1 computer free'],
    ['every address of IPv6', { ...web, hostIp: '::' }, '127.0.0.1 computer free'],
    ['loopback', { ...web, hostIp: '127.0.0.1' }, '127.0.0.1 computer fixed'],
    ['another loopback', { ...web, hostIp: '127.0.0.53' }, '127.0.0.53 computer fixed'],
    ['loopback of IPv6', { ...web, hostIp: '::1' }, '127.0.0.1 computer fixed'],
    ['an address of its own', { ...web, hostIp: '192.168.1.7' }, '192.168.1.7 network fixed'],
  ])('%s', (_name, mapping, expected) => {
    expect(addresses([mapping])).toEqual([expected])
  })

  test('the setting opens those without an address to the network, and never the others', () => {
    const lan = { publishTo: 'lan' as const }
    expect(addresses([web], {}, lan)).toEqual(['0.0.0.0 network free'])
    expect(addresses([{ ...web, hostIp: '127.0.0.1' }], {}, lan)).toEqual([
      '127.0.0.1 computer fixed',
    ])
  })

  test('a choice for one port counts more than the setting', () => {
    const key = `${'c'.repeat(64)} tcp 8080 80`
    expect(addresses([web], {}, { choices: new Map([[key, 'network']]) })).toEqual([
      '0.0.0.0 network free',
    ])
    const choices = new Map([[key, 'computer']])
    expect(addresses([web], {}, { choices, publishTo: 'lan' })).toEqual(['127.0.0.1 computer free'])
  })

  test('a choice is not another port’s that the engine gave the number later', () => {
    const { port } = toWanted(container([web]), options)[0] ?? {}
    const choices = new Map([[port ? toChoice(port) : '', 'network']])
    expect(addresses([web], {}, { choices })).toEqual(['0.0.0.0 network free'])
    const ssh = { ...web, containerPort: 22 }
    expect(addresses([ssh], {}, { choices })).toEqual(['127.0.0.1 computer free'])
  })

  test('what was asked for stands in the label, whatever the engine publishes on', () => {
    const asked = label({ '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] })
    expect(addresses([web], asked, { publishTo: 'lan' })).toEqual(['127.0.0.1 computer fixed'])
    // Another port of the same container has no such word.
    expect(addresses([{ ...web, containerPort: 81 }], asked)).toEqual(['127.0.0.1 computer free'])
  })

  test('a label for a port that the engine chose counts, too', () => {
    for (const HostPort of ['', '0', '8000-9000', undefined]) {
      const asked = label({ '80/tcp': [{ HostIp: '[::1]', HostPort }] })
      expect(addresses([web], asked)).toEqual(['127.0.0.1 computer fixed'])
    }
  })

  test.each([
    ['::0', '127.0.0.1 computer free'],
    ['0:0:0:0:0:0:0:0', '127.0.0.1 computer free'],
    ['::ffff:0.0.0.0', '127.0.0.1 computer free'],
    ['0:0:0:0:0:0:0:1', '127.0.0.1 computer fixed'],
    ['::ffff:127.0.0.1', '127.0.0.1 computer fixed'],
    ['::ffff:7f00:35', '127.0.0.53 computer fixed'],
    ['::ffff:192.168.1.7', '192.168.1.7 network fixed'],
    ['FD00:0::7', 'fd00::7 network fixed'],
    ['fe80::1%eth0', 'fe80::1%eth0 network fixed'],
  ])('an address is the same however it is written: %s', (HostIp, expected) => {
    const asked = label({ '80/tcp': [{ HostIp, HostPort: '8080' }] })
    expect(addresses([web], asked)).toEqual([expected])
    expect(addresses([{ ...web, hostIp: HostIp }])).toEqual([expected])
  })

  test('so is a port', () => {
    const asked = label({ '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '08080' }] })
    expect(addresses([web], asked, { publishTo: 'lan' })).toEqual(['127.0.0.1 computer fixed'])
  })

  test('a label with what is no address is not ours', () => {
    for (const HostIp of ['0', 'localhost', 'a.example', '1.2.3.4:5-:6\nquit']) {
      const asked = label({ '80/tcp': [{ HostIp, HostPort: '8080' }] })
      expect(addresses([web], asked), HostIp).toEqual(['127.0.0.1 computer free'])
    }
  })

  test('each address that was asked for a port is there, the loopbacks and all addresses once', () => {
    const all = (...asked: string[]) =>
      addresses([web], label({ '80/tcp': asked.map((HostIp) => ({ HostIp, HostPort: '8080' })) }))
    expect(all('127.0.0.1', '::1', '127.0.0.2')).toEqual([
      '127.0.0.1 computer fixed',
      '127.0.0.2 computer fixed',
    ])
    expect(all('0.0.0.0', '::')).toEqual(['127.0.0.1 computer free'])
  })

  test('one of the guest’s own loopback goes over the link, for which datagrams are none', () => {
    const past = { ...web, hostIp: '127.0.0.1' }
    const ways = (mapping: PortMapping, labels = {}) =>
      toWanted(container([mapping], labels), options).map(({ listeners, refusal }) => [
        ...listeners.map((one) => `${one.address} ${one.carrier.kind}`),
        ...(refusal ? [refusal] : []),
      ])
    expect(ways(past)).toEqual([['127.0.0.1 guest', '::1 guest']])
    expect(ways({ ...past, protocol: 'udp' })).toEqual([['host-port-guest-only']])
    expect(ways(past, label({}))).toEqual([['127.0.0.1 machine', '::1 twin']])
  })

  test.each(['', '{', '[]', '{"80/tcp":[{}]}', '{"80/tcp":"x"}'])(
    'a label that is not ours says nothing: %s',
    (text) => {
      expect(addresses([web], { 'dev.berth.published': text })).toEqual(['127.0.0.1 computer free'])
    },
  )

  test('what is exposed only is not there', () => {
    expect(addresses([{ containerPort: 80, protocol: 'tcp' }])).toEqual([])
  })
})

describe('what has to listen for a port', () => {
  const plan = { protocol: 'tcp' as const, port: 80, guestPort: 80 }
  const places = (address: string, platform: NodeJS.Platform = 'linux') =>
    toListeners({ ...plan, address }, platform).map((one) => `${one.address} ${one.carrier.kind}`)

  test.each([
    ['127.0.0.1', ['127.0.0.1 machine', '::1 twin']],
    ['0.0.0.0', ['0.0.0.0 machine', ':: twin']],
    ['192.168.1.7', ['192.168.1.7 machine']],
    ['127.0.0.53', ['127.0.0.53 machine']],
    ['fd00::7', ['127.0.0.1 machine', 'fd00::7 twin']],
  ])('%s', (address, expected) => {
    expect(places(address)).toEqual(expected)
  })

  test('on a Mac a low port is listened on everywhere, for this computer only', () => {
    expect(places('127.0.0.1', 'darwin')).toEqual(['0.0.0.0 guest', ':: guest'])
    expect(places('0.0.0.0', 'darwin')).toEqual(['0.0.0.0 machine', ':: twin'])
    const [first] = toListeners({ ...plan, address: '127.0.0.1' }, 'darwin')
    expect(first?.carrier).toMatchObject({ isForComputer: true, port: 80 })
  })
})
