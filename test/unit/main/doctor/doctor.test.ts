import { expect, test } from 'vitest'
import type { AppStatus } from '#api'
import { VmError } from '#vm'
import { Doctor } from '../../../../main/doctor/doctor.ts'

const running: AppStatus = {
  ...{ state: 'running', accel: 'tcg', slow: true, dockerSocket: '', stages: [] },
  app: { pid: 1, version: '0', home: '' },
  vm: {
    ...{ pid: 1, cpus: 2, memoryMiB: 2048, swapMiB: 0, diskGiB: 64, sshPort: 1 },
    live: { cpus: { min: 1, max: 2 }, memoryMiB: { min: 1, max: 2 }, diskGiB: { min: 64 } },
  },
  health: [
    { link: 'engine', state: 'ok', message: '', repairs: 0 },
    {
      ...{ link: 'clock', state: 'ok', message: '', repairs: 1 },
      mended: { code: 'clock-drift', params: { seconds: 9 } },
    },
    {
      ...{ link: 'socket', state: 'down', message: '', repairs: 0 },
      error: { code: 'socket-taken', params: {} },
    },
    { link: 'dns', state: 'unknown', message: '', repairs: 0 },
  ],
}
const df = '-\n- 100 10 90 - -\n-\n- 100 10 90 - -\n'

function createDoctor(parts: { status?: AppStatus; guest?: string; qemu?: VmError }) {
  return new Doctor({
    machine: {
      disk: () => Promise.resolve({ path: '/m/data.raw', isOwn: true }),
      exec: () =>
        parts.guest === undefined
          ? Promise.reject(new VmError('not-running'))
          : Promise.resolve({ code: 0, stdout: Buffer.from(parts.guest), stderr: Buffer.alloc(0) }),
      serialTail: () => Promise.resolve(['berth: engine 9.1']),
    },
    status: () => parts.status ?? running,
    examineNetwork: () => Promise.resolve([]),
    examineHost: () =>
      Promise.resolve({ image: undefined, qemu: parts.qemu, disk: undefined, room: undefined }),
  })
}

test('each link is told as it is, with what was mended last', async () => {
  const found = await createDoctor({ guest: df }).examine()
  const of = (check: string) => found.find((one) => one.check === check)
  expect(of('engine')).toEqual({ check: 'engine', state: 'ok' })
  expect(of('clock')).toMatchObject({ state: 'note', error: { code: 'clock-drift' } })
  expect(of('socket')).toMatchObject({ state: 'wrong', error: { code: 'socket-taken' } })
  expect(of('dns')).toEqual({ check: 'dns', state: 'skipped' })
  expect(of('accel')).toMatchObject({ state: 'note', error: { code: 'accel-slow' } })
  expect(of('guestDisk')).toEqual({ check: 'guestDisk', state: 'ok' })
  expect(of('console')).toEqual({ check: 'console', state: 'ok' })
})

test('without a machine the computer is looked at, and the rest passed over', async () => {
  const status: AppStatus = { ...running, state: 'stopped', accel: '', slow: false, health: [] }
  delete status.vm
  const qemu = new VmError('qemu-missing', { program: 'qemu', command: 'install' })
  const found = await createDoctor({ status, qemu }).examine()
  expect(found.find(({ check }) => check === 'qemu')).toMatchObject({
    ...{ state: 'wrong', error: { code: 'qemu-missing', params: { command: 'install' } } },
  })
  for (const check of ['accel', 'guestDisk', 'repairs'])
    expect(found).toContainEqual({ check, state: 'skipped' })
})

test('what the guest has set aside is told, each in its own sentence', async () => {
  const repairs = [{ code: 'repaired-images', params: { file: '/data/containerd.bad' } } as const]
  const found = await createDoctor({ status: { ...running, repairs }, guest: df }).examine()
  expect(found).toContainEqual({ check: 'repairs', state: 'note', error: repairs[0] })
})
