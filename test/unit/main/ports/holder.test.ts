import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { findHolder } from '../../../../main/ports/holder/find-holder.ts'
import { findInodes } from '../../../../main/ports/holder/linux.ts'
import { parseLsof } from '../../../../main/ports/holder/mac.ts'
import { parseEndpoint, toEndpointScript } from '../../../../main/ports/holder/windows.ts'

const head =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'
const line = (local: string, state: string, inode: number) =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0`
const tcp = (address: string, port: number) => ({ protocol: 'tcp' as const, address, port })

describe('the kernel’s table of sockets', () => {
  const table = [
    head,
    line('0100007F:1F90', '0A', 11),
    line('0100007F:1F90', '01', 12),
    line('00000000:1F91', '0A', 13),
    line('0701A8C0:1F92', '0A', 14),
  ].join('\n')
  const six = [
    head,
    line('00000000000000000000000000000000:1F90', '0A', 21),
    line('00000000000000000000000001000000:1F91', '0A', 22),
    line('0000000000000000FFFF00000100007F:1F92', '0A', 23),
  ].join('\n')

  test.each([
    ['the same address', tcp('127.0.0.1', 8080), ['11']],
    ['a wide one', tcp('127.0.0.1', 8081), ['13']],
    ['a narrow one, when a wide one is wanted', tcp('0.0.0.0', 8082), ['14']],
    ['no other address', tcp('127.0.0.1', 8082), []],
    ['no other port', tcp('127.0.0.1', 8090), []],
  ])('names what is in the way: %s', (_name, place, inodes) => {
    expect(findInodes(table, place)).toEqual(inodes)
  })

  test.each([
    ['a wide one of IPv6 has IPv4 too', tcp('127.0.0.1', 8080), ['21']],
    ['::1', tcp('::1', 8081), ['22']],
    ['an IPv4 address in an IPv6 one', tcp('127.0.0.1', 8082), ['23']],
    ['no other address', tcp('::1', 8082), []],
  ])('reads the table of IPv6: %s', (_name, place, inodes) => {
    expect(findInodes(six, place)).toEqual(inodes)
  })

  test('takes unconnected sockets for datagrams', () => {
    const udp = [head, line('00000000:0035', '07', 31), line('00000000:0035', '01', 32)].join('\n')
    expect(findInodes(udp, { protocol: 'udp', address: '127.0.0.1', port: 53 })).toEqual(['31'])
  })
})

test.runIf(process.platform === 'linux')('a holder is found among the processes', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  expect(await findHolder(tcp('127.0.0.1', port), 'linux')).toEqual({
    pid: process.pid,
    name: 'node',
  })
  server.close()
})

test('lsof’s fields are read', () => {
  expect(parseLsof('p501\ncnginx\nf6\n')).toEqual({ pid: 501, name: 'nginx' })
  expect(parseLsof('p77\ncCode\\x20Helper\n')).toEqual({ pid: 77, name: 'Code Helper' })
  expect(parseLsof('')).toBeUndefined()
})

test('PowerShell’s answer is read, and asked for by the port alone', () => {
  expect(parseEndpoint('{"pid":4,"name":"System"}\r\n')).toEqual({ pid: 4, name: 'System' })
  expect(parseEndpoint('')).toBeUndefined()
  expect(toEndpointScript(tcp('127.0.0.1', 80))).toContain('Get-NetTCPConnection -State Listen')
  expect(toEndpointScript({ protocol: 'udp', address: '::1', port: 53 })).toContain(
    'Get-NetUDPEndpoint -LocalPort 53',
  )
})
