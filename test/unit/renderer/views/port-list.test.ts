import { describe, expect, test } from 'vitest'
import type { HostPort } from '#api'
import { toPlace, toUrl } from '../../../../renderer/container/host-port.ts'
import { toPortRows } from '../../../../renderer/views/container/port-rows.ts'
import { findPorts, isInFilter } from '../../../../renderer/views/ports/port-list.ts'

function port(change: Partial<HostPort> = {}): HostPort {
  return {
    id: 'tcp 8080 c 80',
    ...{ origin: 'published', protocol: 'tcp', address: '127.0.0.1', port: 8080 },
    ...{ containerId: 'c', containerName: 'web', containerPort: 80 },
    ...{ reach: 'computer', canShare: true, state: 'open' },
    ...change,
  }
}

describe('where a port is found', () => {
  test.each([
    [port(), 'localhost:8080', 'http://localhost:8080'],
    [port({ address: '0.0.0.0' }), 'localhost:8080', 'http://localhost:8080'],
    [port({ address: '192.168.1.7' }), '192.168.1.7:8080', 'http://192.168.1.7:8080'],
    [port({ address: 'fd00::7' }), '[fd00::7]:8080', 'http://[fd00::7]:8080'],
    [port({ containerPort: 443 }), 'localhost:8080', 'https://localhost:8080'],
    [port({ protocol: 'udp' }), 'localhost:8080', undefined],
    [port({ state: 'taken' }), 'localhost:8080', undefined],
  ])('%#', (found, place, url) => {
    expect(toPlace(found, 'localhost')).toBe(place)
    expect(toUrl(found, 'localhost')).toBe(url)
  })
})

test('ports are found by any word of their row', () => {
  const taken = port({ state: 'taken', port: 53, holder: { pid: 1, name: 'dnsmasq' } })
  const all = [port(), taken]
  expect(findPorts(all, 'DNSMASQ')).toEqual([taken])
  expect(findPorts(all, 'web :80')).toEqual(all)
  expect(findPorts(all, '8080')).toEqual([all[0]])
  expect(findPorts(all, ' ')).toBe(all)
})

test('a filter leaves those that are published, made by hand, or in trouble', () => {
  const bad = port({ state: 'taken', error: { code: 'host-port-taken', params: {} } })
  expect(isInFilter(bad, 'trouble')).toBe(true)
  expect(isInFilter(port(), 'trouble')).toBe(false)
  expect(isInFilter(port({ origin: 'forward' }), 'published')).toBe(false)
})

describe('the ports of one container', () => {
  const web = { containerPort: 80, protocol: 'tcp' as const, hostPort: 8080, hostIp: '0.0.0.0' }
  const exposed = { containerPort: 9000, protocol: 'tcp' as const }

  test('stand with what listens for them', () => {
    const rows = toPortRows({ ports: [web, exposed], state: 'running' }, [port()], 'localhost')
    expect(rows).toMatchObject([
      { inside: '80/tcp', outside: 'localhost:8080', address: 'http://localhost:8080' },
      { inside: '9000/tcp', outside: '', canForward: true },
    ])
  })

  test('cannot be forwarded twice, nor while the container does not run, nor for datagrams', () => {
    const made = port({ id: 'forward tcp 1', origin: 'forward', port: 5000, containerPort: 9000 })
    const running = toPortRows({ ports: [exposed], state: 'running' }, [made], 'localhost')
    expect(running).toMatchObject([
      { canForward: false },
      { outside: 'localhost:5000', inside: '9000/tcp' },
    ])
    const [stopped] = toPortRows({ ports: [exposed], state: 'exited' }, [], 'localhost')
    expect(stopped?.canForward).toBe(false)
    const udp = { containerPort: 53, protocol: 'udp' as const }
    expect(toPortRows({ ports: [udp], state: 'running' }, [], 'x')[0]?.canForward).toBe(false)
  })
})
