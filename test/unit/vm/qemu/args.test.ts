import { describe, expect, test } from 'vitest'
import { escapeCommas, folderPorts, qemuArgs, type Launch } from '../../../../vm/qemu/args.ts'

const launch: Launch = {
  platform: 'linux',
  arch: 'amd64',
  accel: 'kvm',
  instanceId: '6d0e2a4c-2f3b-4f0e-9a53-0b7a1f0c9d11',
  cpus: 4,
  memory: { way: 'virtio-mem', bootMiB: 3072, pluggableMiB: 4096 },
  sshPort: 41234,
  image: { kernel: '/i/kernel', initrd: '/i/initrd', rootfs: '/i/root,fs', cmdline: 'extra=1' },
  disk: { path: '/m/a, "b"/data.raw', format: 'raw' },
  handedIn: { authorized_keys: '/m/a, "b"/keys' },
  serial: '/m/a, "b"/serial.log',
  qmp: { path: '/r/qmp.sock' },
  sandbox: true,
}

const table: [string, Partial<Launch>, string[], string[]][] = [
  ['Linux with KVM', {}, ['q35', '-accel kvm', '-cpu host', 'console=ttyS0'], ['mitigations']],
  [
    'emulation',
    { accel: 'tcg' },
    ['tcg,thread=multi', '-cpu max', 'mitigations=off'],
    ['-cpu host'],
  ],
  [
    'an arm Mac',
    { platform: 'darwin', arch: 'arm64', accel: 'hvf', sandbox: false },
    ['-machine virt', '-accel hvf', '-cpu host', 'console=ttyAMA0'],
    ['-sandbox', 'q35', '-vga'],
  ],
  [
    'Windows',
    {
      platform: 'win32',
      accel: 'whpx',
      sandbox: false,
      disk: { path: 'C:\\m\\data.qcow2', format: 'qcow2' },
      qmp: { port: 4444, secretFolder: 'C:\\m\\qmp' },
    },
    ['-accel whpx', 'tls-creds-psk,id=qmp-tls', 'host=127.0.0.1,port=4444', '"driver":"qcow2"'],
    ['-sandbox', 'path=/r'],
  ],
]

describe('the command line', () => {
  test.each(table)('for %s', (_name, change, wanted, unwanted) => {
    const line = qemuArgs({ ...launch, ...change }).join(' ')
    for (const part of wanted) expect(line).toContain(part)
    for (const part of unwanted) expect(line).not.toContain(part)
  })

  test('has memory that can be shared, and room for folders, only when there may be some', () => {
    expect(qemuArgs(launch).join(' ')).not.toMatch(/memfd|memory-backend=|pcie-root-port|vhost/)
    const virtiofs = [{ tag: 'fs-1', socket: '/r/folder,1' }]
    const line = qemuArgs({ ...launch, virtiofs }).join(' ')
    expect(line).toContain('usb=off,memory-backend=memory')
    expect(line).toContain('-object memory-backend-memfd,share=on,id=memory,size=3072M')
    expect(line).toContain('memory-backend-memfd,share=on,id=memory-more-ram,size=4096M')
    expect(line).toContain('-chardev socket,id=fs-1,path=/r/folder,,1')
    expect(line).toContain('"id":"fs-1","chardev":"fs-1","tag":"fs-1","bus":"folder-port-0"')
    expect(line.match(/pcie-root-port/g)).toHaveLength(folderPorts)
    expect(qemuArgs({ ...launch, virtiofs: [] }).join(' ')).toContain('folder-port-15')
  })

  test('has room for the memory that may be plugged in, and none where nothing can be', () => {
    const line = qemuArgs(launch).join(' ')
    expect(line).toContain('-m 3072M,maxmem=7168M')
    expect(line).toContain('memory-backend-ram,id=memory-more-ram,size=4096M,reserve=off')
    expect(line).toContain('virtio-mem-pci,id=memory-more,memdev=memory-more-ram,requested-size=0')
    const memory = { way: 'balloon' as const, bootMiB: 3072, pluggableMiB: 0 }
    const plain = qemuArgs({ ...launch, memory }).join(' ')
    expect(plain).toContain('-m 3072M -')
    expect(plain).not.toContain('virtio-mem')
  })

  test('opens one port, on the loopback only', () => {
    const args = qemuArgs(launch)
    expect(args).toContain('user,id=net,hostfwd=tcp:127.0.0.1:41234-:1')
    expect(args.join(' ').match(/hostfwd/g)).toHaveLength(1)
  })

  test('carries commas and quotes in paths', () => {
    const args = qemuArgs(launch)
    expect(args).toContain('file,id=serial,path=/m/a,, "b"/serial.log')
    expect(args).toContain('name=opt/berth/authorized_keys,file=/m/a,, "b"/keys')
    const disks = args
      .filter((_, at) => args[at - 1] === '-blockdev')
      .map((text) => JSON.parse(text))
    expect(disks).toMatchObject([
      { 'read-only': true, file: { filename: '/i/root,fs' } },
      { discard: 'unmap', file: { filename: '/m/a, "b"/data.raw' } },
    ])
  })

  test('pauses the guest on a full or failing host disk', () => {
    expect(qemuArgs(launch)).toContain(
      'virtio-blk-pci,drive=data,serial=berth-data,werror=stop,rerror=stop',
    )
  })

  test('puts what a test wants to see over the data disk, under the name that it has anyway', () => {
    const filter = (file: object) => ({ driver: 'blklogwrites', file })
    const args = qemuArgs({ ...launch, disk: { ...launch.disk, filter } })
    const disk = args.find((one) => one.includes('"data"'))
    expect(JSON.parse(disk ?? '')).toMatchObject({
      ...{ driver: 'blklogwrites', 'node-name': 'data' },
      file: { driver: 'raw', file: { filename: launch.disk.path } },
    })
  })

  test('names the instance, so that a process can be told from a stranger', () => {
    expect(qemuArgs(launch).join(' ')).toContain(`-uuid ${launch.instanceId}`)
  })
})

test('commas are doubled for QEMU', () => {
  expect(escapeCommas('a,b,,c')).toBe('a,,b,,,,c')
})
