import { expect, test } from 'vitest'
import { toPlannedPorts } from '../../../../main/engine/container-details.ts'

const bindings = {
  '80/tcp': [
    { HostIp: '0.0.0.0', HostPort: '8080' },
    { HostIp: '', HostPort: '8081' },
  ],
  '53/udp': [{ HostIp: '', HostPort: '5353' }],
  '90/tcp': [{ HostIp: '', HostPort: '' }],
  '91/tcp': [{ HostIp: '', HostPort: '8000-8010' }],
  '92/tcp': null,
}
const planned = (NetworkMode: string, PortBindings: unknown = bindings) =>
  toPlannedPorts(JSON.stringify({ HostConfig: { NetworkMode, PortBindings } }))

test('ports that are known before the container runs are those that were asked for by number', () => {
  expect(planned('bridge')).toEqual([
    { containerPort: 53, protocol: 'udp', hostIp: '', hostPort: 5353 },
    { containerPort: 80, protocol: 'tcp', hostIp: '0.0.0.0', hostPort: 8080 },
    { containerPort: 80, protocol: 'tcp', hostIp: '', hostPort: 8081 },
  ])
  expect(planned('shop_default')).toHaveLength(3)
  expect(planned('bridge', null)).toEqual([])
})

test.each(['host', 'none', 'container:web'])('the network %s publishes none', (mode) => {
  expect(planned(mode)).toEqual([])
})
