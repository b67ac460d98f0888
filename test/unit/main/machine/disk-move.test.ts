import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { DiskMove } from '#api'
import { VmError } from '#vm'
import { moveDisk } from '../../../../main/machine/disk-move.ts'
import { FakeMachine } from '../../../support/fake-machine.ts'
import type { MachineScenario } from '../../../support/fake-snapshots.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-move-'))
})
afterEach(() => rm(folder, { recursive: true }))

const hidden: string[] = []
const hide = (file: string) => void hidden.push(file)
const engine = { listen: () => Promise.resolve(), close: () => Promise.resolve() }
const create = (scenario: MachineScenario) =>
  new FakeMachine({ engine, dockerSocket: '', folder, scenario, stepMs: 1 })

async function stepsOf(moves: AsyncIterable<DiskMove>): Promise<string[]> {
  const steps = new Set<string>()
  for await (const { step } of moves) steps.add(step)
  return [...steps]
}

test('a machine that ran is stopped, and runs again on the disk’s new place', async () => {
  const machine = create('running')
  const steps = await stepsOf(moveDisk(machine, '/drive', hide))
  expect(steps).toEqual(['check', 'stop', 'copy', 'verify', 'switch', 'finish', 'start'])
  expect(machine.snapshot.state.phase).toBe('running')
  expect(await machine.disk()).toMatchObject({ path: '/drive/data.raw', isOwn: false })
  expect(hidden).toContain('/drive/data.raw')
})

test('one that was stopped stays so', async () => {
  const machine = create('stopped')
  expect(await stepsOf(moveDisk(machine, '/drive', hide))).not.toContain('start')
  expect(machine.snapshot.state.phase).toBe('stopped')
})

test('what can be known before stops nothing', async () => {
  const machine = create('running')
  await expect(stepsOf(moveDisk(machine, '/full', hide))).rejects.toMatchObject({
    code: 'disk-no-room',
  })
  expect(machine.snapshot.state.phase).toBe('running')
})

test('who leaves cancels it, and the machine runs again', async () => {
  const machine = create('running')
  for await (const { step } of moveDisk(machine, '/drive', hide)) if (step === 'copy') break
  // Who has left may end: nothing is under way any more.
  expect(machine.snapshot.state.phase).toBe('running')
  expect(await machine.disk()).toMatchObject({ isOwn: true })
})

test('a disk that was moved is told as moved, though the machine does not start on it', async () => {
  const machine = create('running')
  const cause = new VmError('boot-timeout', { seconds: 90 })
  vi.spyOn(machine, 'start').mockRejectedValue(cause)
  await expect(stepsOf(moveDisk(machine, '/drive', hide))).rejects.toMatchObject({
    ...{ code: 'disk-moved-not-started', params: { path: '/drive/data.raw' } },
    cause: { code: 'boot-timeout' },
  })
  expect(await machine.disk()).toMatchObject({ path: '/drive/data.raw' })
})
