import { describe, expect, test, vi } from 'vitest'
import type { RulesOptions } from '../../../../main/proxy/rules.ts'
import { asidePath, create, linux, made, options, told, windows } from './with-rules.ts'

describe('folders', () => {
  const bind = (...Binds: string[]) => ({ HostConfig: { Binds } })
  const bound = async (source: string, rules: RulesOptions) =>
    ((await made(bind(source), rules)) as { HostConfig: { Binds: string[] } }).HostConfig.Binds[0]

  test.each([
    ['/home/me/x:/x:ro', '/home/me/x:/x:ro'],
    ['/tmp/x:/x', `${asidePath}:/x`],
    ['data:/x', 'data:/x'],
    ['/proc:/host/proc:ro', '/proc:/host/proc:ro'],
    ['/lib/modules:/lib/modules', '/lib/modules:/lib/modules'],
    ['/var/run/docker.sock:/var/run/docker.sock', '/var/run/docker.sock:/var/run/docker.sock'],
    ['/run/user/7/berth-1/docker.sock:/a', '/var/run/docker.sock:/a'],
    ['/:/host:ro', '/:/host:ro'],
  ])('%s', async (given, expected) => {
    expect(await bound(given, linux)).toBe(expected)
  })

  test.each([
    ['C:\\Users\\me\\x:/x:ro', '/c/Users/me/x:/x:ro'],
    ['c:/Users/me:/x', '/c/Users/me:/x'],
    ['//./pipe/docker_engine:/var/run/docker.sock', '/var/run/docker.sock:/var/run/docker.sock'],
    ['\\\\.\\pipe\\berth_engine:/s', '/var/run/docker.sock:/s'],
    ['cache:/x', 'cache:/x'],
  ])('of Windows: %s', async (given, expected) => {
    expect(String(await bound(given, windows)).toLowerCase()).toBe(expected.toLowerCase())
  })

  test('that are not shared refuse the whole', async () => {
    expect(await create(bind('/home/me:/a', '/opt/x:/b'), linux)).toBe('no /opt/x')
    const mount = { HostConfig: { Mounts: [{ Type: 'bind', Source: '/opt', Target: '/x' }] } }
    expect(await create(mount, linux)).toBe('no /opt')
    const volume = { Name: 'v', DriverOpts: { type: 'none', o: 'rw,bind', device: '/opt' } }
    expect(await create(volume, linux, '/volumes/create')).toBe('no /opt')
  })

  test('that are not shared refuse the whole, however their names are written', async () => {
    const escaped = '{"HostConfig":{"\\u0042ind\\u0053":["/opt/x:/b"]}}'
    expect(await create(escaped, linux)).toBe('no /opt/x')
  })

  test('in all forms that a container may ask them in', async () => {
    const DriverConfig = { Options: { type: 'none', o: 'bind', device: '/tmp/x' } }
    const mounts = [
      { Type: 'bind', Source: '/tmp/x', Target: '/a' },
      { Type: 'volume', Source: '/tmp', Target: '/b' },
      { Type: 'volume', Target: '/c', VolumeOptions: { DriverConfig } },
    ]
    expect(await made({ HostConfig: { Mounts: mounts } }, linux)).toMatchObject({
      HostConfig: {
        Mounts: [
          { Source: asidePath },
          { Source: '/tmp' },
          { VolumeOptions: { DriverConfig: { Options: { device: asidePath } } } },
        ],
      },
    })
    const volume = { DriverOpts: { type: 'none', o: 'bind', device: '/tmp/x' } }
    expect(await create(volume, linux, '/volumes/create')).toContain(asidePath)
    const nfs = { DriverOpts: { type: 'nfs', o: 'addr=1.2.3.4', device: ':/tmp/x' } }
    expect(await create(nfs, linux, '/volumes/create')).toBe(JSON.stringify(nfs))
  })

  test('pass while none are shared, but for the engine’s own socket', async () => {
    expect(await bound('/opt/x:/x', options)).toBe('/opt/x:/x')
    expect(await bound('/run/user/7/berth-1/docker.sock:/x', options)).toBe(
      '/var/run/docker.sock:/x',
    )
  })

  test('the root is the guest’s, and that is told', async () => {
    const onRoot = vi.fn()
    await create(bind('/:/host'), { ...linux, onRoot })
    expect(onRoot).toHaveBeenCalledOnce()
  })

  test('have their names of the host again in answers', () => {
    const mount = { Type: 'bind', Source: asidePath, Destination: '/a' }
    const guest = {
      HostConfig: { Binds: [`${asidePath}/y:/a:ro`, 'data:/d'], Mounts: [mount] },
      Mounts: [mount, { Type: 'volume', Source: '/var/lib/docker/volumes/data' }],
    }
    const host = { ...mount, Source: '/tmp/x' }
    expect(told('/containers/a/json', guest, linux)).toEqual({
      HostConfig: { Binds: ['/tmp/x/y:/a:ro', 'data:/d'], Mounts: [host] },
      Mounts: [host, guest.Mounts[1]],
    })
    expect(told('/containers/json', [{ Mounts: [mount] }], linux)).toEqual([{ Mounts: [host] }])
    const volume = (device: string) => ({ Name: 'v', Options: { o: 'bind', device } })
    expect(told('/volumes/v', volume(asidePath), linux)).toEqual(volume('/tmp/x'))
    for (const path of ['/volumes', '/system/df'])
      expect(told(path, { Volumes: [volume(asidePath)] }, linux)).toEqual({
        Volumes: [volume('/tmp/x')],
      })
  })

  test('of Windows, too', () => {
    expect(
      told('/containers/a/json', { HostConfig: { Binds: ['/c/Users/me/x:/x'] } }, windows),
    ).toEqual({ HostConfig: { Binds: ['C:\\Users\\me\\x:/x'] } })
  })
})

describe('GPUs', () => {
  const request = (DeviceRequest: object) => ({ HostConfig: { DeviceRequests: [DeviceRequest] } })
  const any = { Driver: '', Count: -1, DeviceIDs: null, Capabilities: [['gpu']], Options: {} }
  const gpu = {
    ...options,
    hasDevices: (kind: string) => Promise.resolve(kind === 'nvidia.com/gpu'),
  }

  test.each([
    [any, ['nvidia.com/gpu=all']],
    [{ ...any, Count: 2 }, ['nvidia.com/gpu=0', 'nvidia.com/gpu=1']],
    [{ ...any, Count: 0, DeviceIDs: ['1'] }, ['nvidia.com/gpu=1']],
  ])('without a driver are asked by CDI: %o', async (asked, DeviceIDs) => {
    expect(await made(request(asked), gpu)).toEqual(
      request({ ...asked, Driver: 'cdi', Count: 0, DeviceIDs }),
    )
  })

  test.each([1_000_000_000, 1e300, 1.5])('%d of them are the engine’s to refuse', async (Count) => {
    const asked = request({ ...any, Count })
    expect(await made(asked, gpu)).toEqual(asked)
  })

  test('with a driver, and where the guest has none, they are asked as they were', async () => {
    const cdi = request({ ...any, Driver: 'cdi' })
    expect(await made(cdi, gpu)).toEqual(cdi)
    expect(await made(request(any))).toEqual(request(any))
  })
})
