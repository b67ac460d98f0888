import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DeviceMonitor, createVirtiofs } from '../../../../vm/qemu/virtiofs/devices.ts'
import { findVirtiofs } from '../../../../vm/qemu/virtiofs/find.ts'
import { inNamespace } from '../../../../vm/qemu/virtiofs/namespace.ts'
import { isListening, serverArgs } from '../../../../vm/qemu/virtiofs/server.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-virtiofs-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** A program in `folder` that says `help`, whatever it is asked. */
async function putServer(help: string): Promise<void> {
  await mkdir(join(folder, 'bin'), { recursive: true })
  const program = join(folder, 'bin', 'virtiofsd')
  await writeFile(program, `#!/bin/sh\necho '${help}'\n`)
  await chmod(program, 0o755)
}

const find = (version = '9.0.0', platform: NodeJS.Platform = 'linux') =>
  findVirtiofs({ version }, folder, {
    environment: { BERTH_QEMU: join(folder, 'bin') },
    platform,
  })

describe('what keeps virtiofs from being used', () => {
  test('another system', async () => {
    await expect(find('9.0.0', 'darwin')).rejects.toMatchObject({ code: 'virtiofs-not-linux' })
  })
  test('a QEMU that is too old', async () => {
    await expect(find('8.1.5')).rejects.toMatchObject({
      code: 'virtiofs-old-qemu',
      params: { version: '8.1.5', oldest: '8.2' },
    })
  })
  test('no server', async () => {
    await expect(find()).rejects.toMatchObject({ code: 'virtiofs-no-server' })
  })
  test('a server that cannot give all to one user', async () => {
    await putServer('--shared-dir')
    await expect(find()).rejects.toMatchObject({ code: 'virtiofs-old-server' })
  })
})

test('the server is this user and no more, and writes nothing where it must not', () => {
  const args = serverArgs({ path: '/home/me', readOnly: true }, '/run/s', { uid: 1001, gid: 100 })
  expect(args.join(' ')).toContain('--translate-uid squash-guest:0:0:4294967295')
  expect(args.join(' ')).toContain('--translate-uid host:0:1001:1')
  expect(args.join(' ')).toContain('--translate-gid host:0:100:1')
  expect(args).toContain('--readonly')
  expect(serverArgs({ path: '/p', readOnly: false }, '/run/s', { uid: 1, gid: 1 })).not.toContain(
    '--readonly',
  )
})

test('a namespace gets paths as arguments, never as words of its script', () => {
  const hostile = "/home/me/$(id) '; rm"
  const argv = inNamespace(['program', 'an argument'], { folder: '/f', hidden: [hostile] })
  expect(argv.filter((word) => word.includes('$(id)'))).toEqual([hostile])
  expect(argv.slice(-4)).toEqual([hostile, '--', 'program', 'an argument'])
})

test('a server is there once it listens, not when it has a name', () => {
  const sockets = (flags: string) => `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 ${flags} 0001 01 4711 ./folder-fs-1`
  expect(isListening(sockets('00010000'), '/run/a b/folder-fs-1')).toBe(true)
  expect(isListening(sockets('00000000'), '/run/a b/folder-fs-1')).toBe(false)
  expect(isListening(sockets('00010000'), '/run/other')).toBe(false)
})

/** QEMU's devices and links, as much of them as is asked for. */
function fakeQemu({ ports = 2, plugged = [] as string[] } = {}) {
  const links = new Map<string, string>()
  const devices = new Map<string, string>()
  for (let port = 0; port < ports; port++) devices.set(`folder-port-${port}`, '')
  plugged.forEach((tag, port) => {
    links.set(tag, `unix:/run/${tag}`)
    devices.set(tag, `folder-port-${port}`)
  })
  const listeners = new Set<(event: { name: string; data: Record<string, unknown> }) => void>()
  const answers: Record<string, (args: Record<string, unknown>) => unknown> = {
    'qom-list': () => [...devices.keys()].map((name) => ({ name, type: 'child<x>' })),
    'qom-get': ({ path }) => {
      const port = devices.get(String(path).split('/').at(-1) ?? '')
      return `/machine/peripheral/${port}/${port}`
    },
    'query-chardev': () => [
      { label: 'qmp', filename: 'unix:/run/qmp' },
      ...[...links].map(([label, filename]) => ({ label, filename })),
    ],
    'chardev-add': ({ id }) => void links.set(String(id), 'unix:/run/new'),
    'chardev-remove': ({ id }) => void links.delete(String(id)),
    device_add: ({ id, bus }) => void devices.set(String(id), String(bus)),
    device_del: ({ id }) => {
      devices.delete(String(id))
      for (const tell of listeners) tell({ name: 'DEVICE_DELETED', data: { device: id } })
      return {}
    },
  }
  const monitor: DeviceMonitor = {
    execute: (command, args = {}) => Promise.resolve(answers[command]?.(args)),
    onEvent: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const killed: string[] = []
  const virtiofs = createVirtiofs(
    () => monitor,
    ({ tag }) =>
      Promise.resolve({
        ...{ tag, socket: join(folder, tag), ended: new Promise<never>(() => undefined) },
        kill: () => killed.push(tag),
      }),
  )
  return { virtiofs, links, devices, answers, killed }
}

const share = (tag: string) => ({ tag, path: `/p/${tag}`, readOnly: false, hidden: [] })

describe('folders among the devices', () => {
  test('a machine that was started without has none', async () => {
    expect(await fakeQemu({ ports: 0 }).virtiofs.list()).toBeUndefined()
  })

  test('are read back from QEMU, with those whose server has gone', async () => {
    const { virtiofs, links } = fakeQemu({ plugged: ['one', 'two'] })
    links.set('two', 'disconnected:unix:/run/two')
    expect(await virtiofs.list()).toEqual([
      { tag: 'one', alive: true },
      { tag: 'two', alive: false },
    ])
  })

  test('take a port that is free, and give it back', async () => {
    const { virtiofs, devices, links } = fakeQemu({ plugged: ['one'] })
    await virtiofs.add(share('two'))
    expect(devices.get('two')).toBe('folder-port-1')
    await virtiofs.remove('one')
    expect(links.has('one')).toBe(false)
    await virtiofs.add(share('three'))
    expect(devices.get('three')).toBe('folder-port-0')
    await expect(virtiofs.add(share('four'))).rejects.toMatchObject({ code: 'virtiofs-failed' })
  })

  test('that QEMU refuses leave neither link nor server', async () => {
    const { virtiofs, links, answers, killed } = fakeQemu()
    answers['device_add'] = () => {
      throw new Error('no such bus')
    }
    await expect(virtiofs.add(share('one'))).rejects.toMatchObject({
      params: { path: '/p/one', reason: 'no such bus' },
    })
    expect(links.size).toBe(0)
    expect(killed).toEqual(['one'])
  })
})
