import { expect, test } from 'vitest'
import { createBoard } from '../../../vm/board.ts'
import { VmError } from '../../../vm/errors.ts'
import type { MachineSnapshot } from '../../../vm/index.ts'

test('a stage is active, then done with its time, and every change is told once', async () => {
  const board = createBoard()
  const seen: MachineSnapshot[] = []
  const stop = board.onChange((snapshot) => seen.push(snapshot))
  expect(await board.stage('image', () => Promise.resolve(7))).toBe(7)
  expect(seen.map(({ stages }) => stages[0]?.state)).toEqual(['pending', 'active', 'done'])
  expect(board.snapshot.stages[0]?.ms).toBeGreaterThanOrEqual(0)
  expect(board.snapshot.state).toEqual({ phase: 'starting', stage: 'image', process: undefined })
  stop()
  board.resetStages()
  expect(seen).toHaveLength(3)
  expect(board.snapshot.stages.every(({ state }) => state === 'pending')).toBe(true)
})

test('a failing stage is shown as failed and its error goes on', async () => {
  const board = createBoard()
  const failing = board.stage('disk', () => Promise.reject(new VmError('disk-full')))
  await expect(failing).rejects.toMatchObject({ code: 'disk-full' })
  expect(board.snapshot.stages[1]).toMatchObject({ stage: 'disk', state: 'failed' })
})

test('coming up is no repair, coming back is one, with its time', () => {
  const board = createBoard()
  const ssh = () => board.snapshot.health.find(({ link }) => link === 'ssh')
  board.setHealth('ssh', 'ok')
  expect(ssh()).toMatchObject({ state: 'ok', repairs: 0, repairedAt: undefined })
  board.setHealth('ssh', 'repairing', new VmError('link-lost'))
  expect(ssh()?.error?.code).toBe('link-lost')
  board.setHealth('ssh', 'ok')
  expect(ssh()).toMatchObject({ state: 'ok', repairs: 1, error: undefined })
  expect(ssh()?.mended).toMatchObject({ code: 'link-lost' })
  const { repairedAt } = ssh() ?? {}
  expect(Date.now() - (repairedAt ?? 0)).toBeLessThan(1000)
  board.resetHealth()
  expect(ssh()).toMatchObject({ state: 'unknown', repairs: 1, repairedAt })
})

test('a snapshot that was handed out never changes', () => {
  const board = createBoard()
  const before = board.snapshot
  board.setHealth('engine', 'down', new VmError('engine-down'))
  expect(before.health.find(({ link }) => link === 'engine')?.state).toBe('unknown')
})

test('what the guest has mended is told once for each boot, however often it says so', () => {
  const board = createBoard()
  const repair = { what: 'images', file: '/data/containerd.bad' } as const
  board.noteRepair(repair)
  const told = board.snapshot
  board.noteRepair({ ...repair })
  expect(board.snapshot).toBe(told)
  expect(told.repairs).toEqual([repair])
  board.resetStages()
  expect(board.snapshot.repairs).toEqual([])
})

test('a disk that has grown can be made no smaller', () => {
  const board = createBoard()
  const live = {
    ...{ cpus: { min: 1, max: 2 }, memoryMiB: { min: 1024, max: 4096 } },
    diskGiB: { min: 64, max: Infinity },
  }
  const process = {
    ...{ pid: 1, slow: false, cpus: 2, memoryMiB: 2048, swapMiB: 0 },
    ...{ diskGiB: 64, live, sshPort: 1, adopted: false },
  }
  board.setState({ phase: 'running', process: { ...process, accel: 'kvm' } })
  board.changeProcess({ diskGiB: 96 })
  board.changeProcess({ cpus: 1 })
  expect(board.snapshot.state).toMatchObject({
    process: { diskGiB: 96, live: { ...live, diskGiB: { min: 96 } } },
  })
})
