import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import {
  findProcess,
  parseProcStat,
  parsePs,
  readProcess,
  windowsQuery,
} from '../../../../vm/qemu/process-table.ts'
import { findInstance, signalInstance, type Runtime } from '../../../../vm/qemu/runtime.ts'
import { noLimits } from '../../../support/runtime.ts'

const rest = '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18'

test('the name in /proc may hold spaces and parentheses', () => {
  expect(parseProcStat(`7 (a) (b c) S ${rest} 4711 0`, 'qemu\0-uuid\0x\0')).toEqual({
    startTime: '4711',
    command: 'qemu -uuid x',
  })
})

test('a zombie is no living process', () => {
  expect(parseProcStat(`7 (qemu) Z ${rest} 4711 0`, '')).toBeUndefined()
  expect(parsePs('Z+   Sat Nov 22 00:11:41 2026 (qemu)')).toBeUndefined()
})

test('ps gives start time and command', () => {
  expect(parsePs('Ss   Sat Nov 22  00:11:41 2026     qemu -uuid  x\n')).toEqual({
    startTime: 'Sat Nov 22 00:11:41 2026',
    command: 'qemu -uuid  x',
  })
})

afterEach(() => {
  vi.unstubAllEnvs()
})

test.skipIf(process.platform === 'win32')(
  'the start time is the same in every time zone',
  async () => {
    const stranger = spawn('sleep', ['60'])
    try {
      vi.stubEnv('TZ', 'Asia/Tokyo')
      const inTokyo = await readProcess(stranger.pid ?? 0, 'darwin')
      vi.stubEnv('TZ', 'America/New_York')
      expect(inTokyo?.command).toBe('sleep 60')
      expect(await readProcess(stranger.pid ?? 0, 'darwin')).toEqual(inTokyo)
    } finally {
      stranger.kill('SIGKILL')
    }
  },
)

test('a pid that nobody has is no living process', async () => {
  expect(await readProcess(2 ** 22 + 1)).toBeUndefined()
  if (process.platform !== 'win32') {
    expect(await readProcess(2 ** 22 + 1, 'darwin')).toBeUndefined()
  }
})

test.each(['darwin', 'win32'] as const)(
  'on %s a question that cannot be asked makes no process dead',
  async (platform) => {
    vi.stubEnv('PATH', '/nowhere')
    await expect(readProcess(process.pid, platform)).rejects.toMatchObject({ code: 'ENOENT' })
  },
)

test('the question to Windows does not hold what it looks for', () => {
  const { args, env } = windowsQuery(`CommandLine LIKE '%${instanceId}%'`)
  expect(args.join(' ')).not.toContain(instanceId)
  const [name = '', filter] = Object.entries(env)[0] ?? []
  expect(args.join(' ')).toContain(`-Filter $env:${name} `)
  expect(filter).toContain(instanceId)
})

const instanceId = randomUUID()
const runtime: Runtime = {
  version: 1,
  instanceId,
  sshPort: 22222,
  accel: 'tcg',
  ...noLimits,
  argsHash: '',
}

test('a process is ours only with its id in the command line and the same start time', async () => {
  const ours = spawn('/bin/sh', ['-c', 'sleep 60 & wait', instanceId])
  const stranger = spawn('sleep', ['60'])
  try {
    const pid = ours.pid ?? 0
    expect(await findProcess(instanceId)).toBe(pid)
    const found = await findInstance(runtime)
    expect(found).toEqual({ pid, startTime: (await readProcess(pid))?.startTime })
    expect(await findInstance({ ...runtime, ...found })).toEqual(found)
    expect(await findInstance({ ...runtime, pid, startTime: '1' })).toBeUndefined()
    expect(await findInstance({ ...runtime, pid: stranger.pid })).toBeUndefined()
  } finally {
    ours.kill('SIGKILL')
    stranger.kill('SIGKILL')
  }
})

test('a stranger that got the pid is never signalled', async () => {
  const stranger = spawn('sleep', ['60'])
  const pid = stranger.pid ?? 0
  try {
    const startTime = (await readProcess(pid))?.startTime ?? ''
    expect(await signalInstance({ pid, startTime }, instanceId, 'SIGKILL')).toBe(false)
    expect(await readProcess(pid)).toBeDefined()
  } finally {
    stranger.kill('SIGKILL')
  }
})
