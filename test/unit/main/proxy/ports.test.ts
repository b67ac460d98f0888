import { describe, expect, test } from 'vitest'
import { createRules } from '../../../../main/proxy/rules.ts'
import { create, head, made, options, told } from './with-rules.ts'

const ports = (bindings: Record<string, unknown>, more = {}) => ({
  Image: 'a',
  HostConfig: { PortBindings: bindings, ...more },
})

describe('which requests', () => {
  test.each([
    ['POST', '/containers/create', true],
    ['POST', '/v1.24/containers/create?name=a', true],
    ['POST', 'http://localhost/v1.51/containers/create', true],
    ['POST', '/v1.47/volumes/create', true],
    ['POST', '/v1.47/containers/%63reate', true],
    ['POST', '/v1/containers/create', true],
    ['POST', '/v1.47.0/containers/create', true],
    ['POST', '/containers/%create', false],
    ['POST', '/containers/%2563reate', false],
    ['POST', '/v1.47/networks/create', false],
    ['POST', '/containers/create/more', false],
    ['GET', '/containers/create', false],
  ])('%s %s', (method, path, wanted) => {
    expect(createRules(options).request(head(method, path)) !== undefined).toBe(wanted)
  })

  test.each([
    ['/v1.47/containers/json?all=1', true],
    ['/containers/0f/json', true],
    ['/containers/0f/logs', false],
    ['/images/json', false],
    ['/volumes/x', true],
    ['/v1.47/events?since=1', true],
  ])('the answer of %s', (path, wanted) => {
    expect(createRules(options).answer(head('GET', path)) !== undefined).toBe(wanted)
  })
})

describe('published ports', () => {
  test('an address of the host becomes every address of the guest, and is kept', async () => {
    expect(await made(ports({ '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] }))).toEqual({
      Image: 'a',
      HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] } },
      Labels: { 'dev.berth.published': '{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"}]}' },
    })
  })

  test.each(['::1', '[::1]', '::', '[::]', '0.0.0.0', '192.168.1.7'])(
    'so does %s',
    async (HostIp) => {
      const text = await create(ports({ '80/tcp': [{ HostIp, HostPort: '1' }] }))
      expect(text).toContain('{"HostIp":"0.0.0.0","HostPort":"1"}')
      expect(text).toContain(`HostIp\\":\\"${HostIp.replace(/[[\]]/g, '')}\\"`)
    },
  )

  test('two addresses with one port are one in the guest', async () => {
    const both = ['127.0.0.1', '::1', '192.168.1.7'].map((HostIp) => ({ HostIp, HostPort: '80' }))
    const other = { HostIp: '127.0.0.1', HostPort: '81' }
    const json = await create(ports({ '80/tcp': [...both, other], '80/udp': both }))
    expect(JSON.parse(json)).toMatchObject({
      HostConfig: {
        PortBindings: {
          '80/tcp': [
            { HostIp: '0.0.0.0', HostPort: '80' },
            { HostIp: '0.0.0.0', HostPort: '81' },
          ],
          '80/udp': [{ HostIp: '0.0.0.0', HostPort: '80' }],
        },
      },
    })
  })

  test('two that leave the port to the engine stay two', async () => {
    const both = ['127.0.0.1', '::1'].map((HostIp) => ({ HostIp, HostPort: '' }))
    expect(await made(ports({ '80/tcp': both }))).toMatchObject({
      HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '0.0.0.0' }, { HostIp: '0.0.0.0' }] } },
    })
  })

  test('without an address nothing changes but the label, which an image may have brought', async () => {
    const plain = ports({ '80/tcp': [{ HostIp: '', HostPort: '80' }, { HostPort: '81' }] })
    const labels = { Labels: { 'dev.berth.published': '{}' } }
    expect(await made(plain)).toEqual({ ...plain, ...labels })
    const all = ports({}, { PublishAllPorts: true })
    expect(await made(all)).toEqual({ ...all, ...labels })
  })

  test('names are taken in any case, as the engine does', async () => {
    const json = await create(ports({ '80/TCP': [{ HostIP: '127.0.0.1', hostport: '8080' }] }))
    expect(json).toContain('{"HostIP":"0.0.0.0","hostport":"8080"}')
    expect(JSON.parse(json)).toMatchObject({
      Labels: { 'dev.berth.published': '{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"}]}' },
    })
  })

  test('what is no address is left for the engine to refuse', async () => {
    expect(await create(ports({ '80/tcp': [{ HostIp: 'banana', HostPort: '80' }] }))).toContain(
      '"HostIp":"banana"',
    )
  })

  test.each([
    [{ Labels: { b: '1' } }, { b: '1' }],
    [{ Labels: {} }, {}],
    [{ Labels: null }, {}],
    [{}, {}],
    [{ Labels: { 'dev.berth.published': 'old', z: '' } }, { z: '' }],
  ])('labels %o are kept', async (given, kept) => {
    const json = await made({
      ...given,
      ...ports({ '80/tcp': [{ HostIp: '::1', HostPort: '1' }] }),
    })
    const own = '{"80/tcp":[{"HostIp":"::1","HostPort":"1"}]}'
    expect(json).toMatchObject({ Labels: { ...kept, 'dev.berth.published': own } })
    expect(Object.keys((json as { Labels: object }).Labels)).toHaveLength(
      Object.keys(kept).length + 1,
    )
  })

  test('all else keeps its bytes', async () => {
    const text = `{ "N": 12345678901234567890,"F":1.0e3,\n"S":"\\u00e9\\/é 名","7":1,"3":[ ],"HostConfig":{"PortBindings":{"80/tcp":[ {"HostIp" : "127.0.0.1"} ]}} }`
    const label = `"Labels":{"dev.berth.published":"{\\"80/tcp\\":[{\\"HostIp\\":\\"127.0.0.1\\",\\"HostPort\\":\\"\\"}]}"},`
    expect(await create(text)).toBe(
      text.replace('127.0.0.1', '0.0.0.0').replace('{ "N"', `{${label} "N"`),
    )
  })

  test.each(['', '{', '[]', 'null', '{"HostConfig":null}', '{"HostConfig":{"PortBindings":null}}'])(
    'a body of %s passes',
    async (text) => {
      expect(await create(text)).toBe(text)
    },
  )
})

describe('what was asked is told again', () => {
  const Labels = {
    'dev.berth.published': JSON.stringify({
      '80/tcp': [
        { HostIp: '127.0.0.1', HostPort: '8080' },
        { HostIp: '::1', HostPort: '8080' },
        { HostIp: '127.0.0.2', HostPort: '' },
      ],
    }),
  }
  const everywhere = (HostPort: string) => ({ HostIp: '0.0.0.0', HostPort })

  test('in details', () => {
    const asked = (open: string) => [
      { HostIp: '127.0.0.1', HostPort: '8080' },
      { HostIp: '::1', HostPort: '8080' },
      { HostIp: '127.0.0.2', HostPort: open },
    ]
    const details = {
      HostConfig: { PortBindings: { '80/tcp': [everywhere('8080'), everywhere('')] } },
      Config: { Labels },
      NetworkSettings: {
        Ports: { '80/tcp': [everywhere('8080'), everywhere('32768')], '9/tcp': null },
      },
    }
    expect(told('/v1.47/containers/a/json', details)).toEqual({
      Config: { Labels: {} },
      HostConfig: { PortBindings: { '80/tcp': asked('') } },
      NetworkSettings: {
        // Each has the address that was asked for it, and the port that it got.
        Ports: { '80/tcp': asked('32768'), '9/tcp': null },
      },
    })
  })

  test('in what takes the space, too', () => {
    const container = { Ports: [{ PrivatePort: 9 }], Labels: { ...Labels, b: '2' } }
    expect(told('/v1.47/system/df?type=container', { Containers: [container] })).toEqual({
      Containers: [{ ...container, Labels: { b: '2' } }],
    })
  })

  test('as text, and not as what a label of others makes of the answer', () => {
    // In one byte a letter, this one is a quote.
    const HostIp = '\u0122,"x":"'
    const evil = {
      'dev.berth.published': JSON.stringify({ '80/tcp': [{ HostIp, HostPort: '1' }] }),
    }
    const details = {
      HostConfig: { PortBindings: { '80/tcp': [everywhere('1')] } },
      Config: { Labels: evil },
    }
    expect(told('/containers/a/json', details)).toEqual(details)
  })

  test('of a port whose protocol is written in capitals', () => {
    const details = {
      HostConfig: { PortBindings: { '80/TCP': [everywhere('8080')] } },
      Config: { Labels },
    }
    expect(told('/containers/a/json', details)).toMatchObject({
      HostConfig: { PortBindings: { '80/TCP': [{ HostIp: '127.0.0.1' }, { HostIp: '::1' }] } },
    })
  })

  test('in a list, for those that have it', () => {
    const port = (IP: string, PublicPort: number) => ({
      IP,
      PrivatePort: 80,
      PublicPort,
      Type: 'tcp',
    })
    const other = { Ports: [port('0.0.0.0', 8080), port('::', 8080)], Labels: { a: 'b' } }
    const list = [
      other,
      { Ports: [port('0.0.0.0', 8080), port('0.0.0.0', 9000), { PrivatePort: 9 }], Labels },
    ]
    expect(told('/containers/json', list)).toEqual([
      other,
      {
        Ports: [
          port('127.0.0.1', 8080),
          port('::1', 8080),
          port('127.0.0.2', 9000),
          { PrivatePort: 9 },
        ],
        Labels: {},
      },
    ])
  })

  test.each([
    [
      { a: '1', ...Labels, b: '2' },
      { a: '1', b: '2' },
    ],
    [{ ...Labels, b: '2' }, { b: '2' }],
    [{ a: '1', ...Labels }, { a: '1' }],
    [{ 'dev.berth.published': '{}' }, {}],
  ])('without the label that keeps it: %o', (labels, left) => {
    const list = [{ Ports: [], Labels: labels }]
    expect(told('/containers/json?all=1', list)).toEqual([{ Ports: [], Labels: left }])
    expect(told('/containers/json?all=1&dev.berth.published', list)).toEqual(list)
    const details = { Config: { Labels: labels } }
    expect(told('/v1.47/containers/a/json', details)).toEqual({ Config: { Labels: left } })
  })

  test('by the range that it came from', () => {
    const label = '{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8000-8010"}]}'
    const details = {
      Config: { Labels: { 'dev.berth.published': label } },
      NetworkSettings: { Ports: { '80/tcp': [everywhere('8004'), everywhere('9000')] } },
    }
    expect(told('/containers/a/json', details)).toMatchObject({
      NetworkSettings: {
        Ports: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8004' }, everywhere('9000')] },
      },
    })
  })

  test.each(['', 'x', '[]', '{"80/tcp":1}', '{"80/tcp":[{"HostIp":3}]}'])(
    'a label of %s changes nothing',
    (label) => {
      const details = {
        Config: { Labels: { 'dev.berth.published': label } },
        NetworkSettings: { Ports: { '80/tcp': [everywhere('80')] } },
      }
      expect(told('/containers/a/json', details)).toEqual(details)
    },
  )

  test('a port that is taken is said to be so for all addresses', () => {
    const message = 'driver failed: Bind for 0.0.0.0:80 failed: port is already allocated'
    const refused = { message: `${message}. 80 only once` }
    for (const verb of ['start', 'restart'])
      expect(told(`/v1.47/containers/a/${verb}`, { message }, options, 'POST')).toEqual(refused)
    const other = { message: 'no such container: a' }
    expect(told('/containers/a/start', other, options, 'POST')).toEqual(other)
  })

  test('the label in any other place is only text', () => {
    const details = {
      Config: { Env: ['X=dev.berth.published'], Labels: null },
      NetworkSettings: {},
    }
    expect(told('/containers/a/json', details)).toEqual(details)
  })
})
