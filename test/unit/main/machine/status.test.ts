import { expect, it } from 'vitest'
import { AppError } from '#api'
import type { MachineProcess, MachineSnapshot } from '#vm'
import { toStatus } from '../../../../main/machine/status.ts'
import { createSay } from '../../../../main/words/words.ts'

const process: MachineProcess = {
  ...{ pid: 1, slow: false, cpus: 1, memoryMiB: 1, swapMiB: 0, diskGiB: 1, sshPort: 1 },
  live: {
    cpus: { min: 1, max: 1 },
    memoryMiB: { min: 1, max: 1 },
    diskGiB: { min: 1, max: Infinity },
  },
  accel: 'kvm',
  adopted: false,
}
const snapshot: MachineSnapshot = {
  ...{ state: { phase: 'running', process }, stages: [], health: [], repairs: [] },
}

const foldersOf = (folders: { error: AppError | undefined; note: AppError | undefined }) =>
  toStatus({
    ...{ snapshot, dockerSocket: '/s', engine: undefined, say: createSay('en'), folders },
    app: { pid: 1, version: '', home: '/h' },
  }).health.find(({ link }) => link === 'folders')

const note = new AppError('virtiofs-no-server', { command: 'apt install virtiofsd' })
const error = new AppError('virtiofs-ended', { path: '/home/me' })

it('folders that take another way than was chosen are well, and it is said why', () => {
  expect(foldersOf({ error: undefined, note: undefined })).toMatchObject({ state: 'ok' })
  expect(foldersOf({ error: undefined, note })).toMatchObject({
    state: 'ok',
    message: expect.stringContaining('apt install virtiofsd') as string,
    error: { code: 'virtiofs-no-server' },
  })
})

it('folders that do not answer are not well, whatever else there is to be said', () => {
  expect(foldersOf({ error, note })).toMatchObject({
    state: 'down',
    error: { code: 'virtiofs-ended' },
  })
})
