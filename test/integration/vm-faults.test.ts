import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createQemuMachine,
  type LinkHealth,
  type LinkName,
  type Machine,
  type MachineConfig,
} from '../../vm/index.ts'
import { connectSsh } from '../../vm/ssh/connection.ts'
import { ensureKey, makePrivateKey } from '../../vm/ssh/keys.ts'
import { atLength } from '../support/at-length.ts'
import { expectNothingLeft } from '../support/leftovers.ts'
import { getEngine, machineConfig, processesWith, snapshotWhere } from '../support/machine.ts'
import { expectTold } from '../support/told-error.ts'

const run = promisify(execFile)
const bootMs = 400_000
/** Long enough for its use of a processor to be counted. */
const heldSeconds = atLength({ whole: 600, part: 60 })
const full = process.env['BERTH_TEST_FULL'] === '1'

/** Tells what it wrote, and what is there when it is read from the disk again. */
const write = `
  dd if=/dev/urandom of=/data/big bs=1M count=200 && sync && sha256sum </data/big >/data/sums
  echo 3 >/proc/sys/vm/drop_caches && sha256sum </data/big >>/data/sums
  echo >/data/written
`
const whenWritten = 'until [ -e /data/written ]; do usleep 100000; done; cat /data/sums'

describe.runIf(full && process.getuid?.() === 0)('a machine on a small disk of the host', () => {
  let home: string
  let config: MachineConfig
  let machine: Machine

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'berth-'))
    const folder = join(home, 'machine')
    await mkdir(folder)
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1400m', 'berth-test', folder])
    ;({ config } = await machineConfig({}, home))
    machine = createQemuMachine(config)
    await machine.start()
  }, bootMs)

  afterAll(async () => {
    await machine.stop({ graceMs: 20_000 })
    await machine[Symbol.asyncDispose]()
    await run('umount', [join(home, 'machine')])
    await rm(home, { recursive: true, force: true })
  }, 60_000)

  const healthOf = (name: LinkName): LinkHealth =>
    machine.snapshot.health.find(({ link }) => link === name) ?? {
      ...{ link: name, state: 'unknown', repairs: 0 },
    }

  test('wrong keys do not lock the right one out', { timeout: 120_000 }, async () => {
    const { state } = machine.snapshot
    const port = state.phase === 'running' ? state.process.sshPort : 0
    const host = await ensureKey(join(config.folder, 'guest_host_ed25519'), '')
    const user = await ensureKey(join(config.folder, 'id_ed25519'), '')
    const options = { timeoutMs: 30_000, signal: new AbortController().signal }
    const target = { port, hostKey: host.publicBlob }
    for (let wrong = 0; wrong < 20; wrong++) {
      const privateKey = makePrivateKey('stranger')
      await expect(connectSsh({ ...target, privateKey }, options)).rejects.toMatchObject({
        code: 'ssh-key-refused',
      })
    }
    await using right = await connectSsh({ ...target, privateKey: user.privateKey }, options)
    expect(right.client).toBeDefined()
  })

  test(
    'an engine that dies is told apart from its link, and comes back',
    { timeout: bootMs },
    async () => {
      const down = snapshotWhere(machine, () => healthOf('engine').state === 'down', 60_000)
      await machine.exec(['pkill', '-9', '-x', 'dockerd'])
      // The next client is the first to notice.
      await getEngine(config.engine.hostSocket, '/_ping').catch(() => undefined)
      await down
      expect(healthOf('ssh')).toMatchObject({ state: 'ok', repairs: 0 })
      await snapshotWhere(machine, () => healthOf('engine').state === 'ok', 200_000)
      expect(healthOf('engine').repairs).toBe(1)
    },
  )

  test(
    `a full disk pauses the guest, for ${heldSeconds} s at next to no cost, which goes on without an error once there is room`,
    { timeout: heldSeconds * 1000 + bootMs },
    async () => {
      const ballast = join(config.folder, 'ballast')
      await fill(ballast)
      const down = snapshotWhere(machine, () => healthOf('process').state === 'down', 120_000)
      // The link does not outlast it, as the guest answers nothing.
      await machine.exec(['sh', '-c', `setsid sh -c '${write}' >/dev/null 2>&1 </dev/null &`])
      const { health } = await down
      expectTold(health[0]?.error, 'disk-full')
      const pid = pidOf(machine)
      const before = await processorSeconds(pid)
      await delay(heldSeconds * 1000)
      expect((await processorSeconds(pid)) - before).toBeLessThan(0.05 * heldSeconds)
      expect(healthOf('process').error?.code).toBe('disk-full')
      await rm(ballast)
      await snapshotWhere(machine, () => healthOf('process').state === 'ok', 30_000)
      await snapshotWhere(machine, () => healthOf('ssh').state === 'ok', 60_000)
      const { stdout } = await machine.exec(['sh', '-c', whenWritten])
      const [one, two, ...more] = stdout.toString().trim().split('\n')
      expect(one).toMatch(/^[0-9a-f]{64} /)
      expect(two).toBe(one)
      expect(more).toEqual([])
      const { stdout: kernel } = await machine.exec(['dmesg'])
      expect(kernel.toString()).not.toMatch(/I\/O error|EXT4-fs error/)
    },
  )
})

describe.runIf(full)('a first start that is cut short', () => {
  test.each(['disk', 'sshd', 'containerd'])(
    'at "%s" is finished by the next one',
    { timeout: bootMs },
    async (stage) => {
      const home = await mkdtemp(join(tmpdir(), 'berth-'))
      const { config } = await machineConfig({}, home)
      const first = createQemuMachine(config)
      const starting = first.start().catch(() => undefined)
      while (!(await first.serialTail(50)).some((line) => line.includes(`berth: ${stage} `))) {
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      // Asked for now: an emulated kernel that panicked early was started again, under another pid.
      for (const pid of await processesWith(home)) process.kill(pid, 'SIGKILL')
      await starting
      await first[Symbol.asyncDispose]()
      await using second = createQemuMachine(config)
      await second.start()
      expect(await getEngine(config.engine.hostSocket, '/_ping')).toBe('OK')
      await second.stop()
      await expectNothingLeft(config)
      await rm(home, { recursive: true, force: true })
    },
  )

  test('by its caller leaves nothing', { timeout: bootMs }, async () => {
    const home = await mkdtemp(join(tmpdir(), 'berth-'))
    const { config } = await machineConfig({}, home)
    await using machine = createQemuMachine(config)
    for (const stage of ['boot', 'ssh', 'engine'] as const) {
      const abort = new AbortController()
      const starting = machine.start(abort.signal)
      await snapshotWhere(
        machine,
        ({ state }) => state.phase === 'starting' && state.stage === stage,
        200_000,
      )
      abort.abort(new Error('enough'))
      await expect(starting).rejects.toThrow('enough')
      await expectNothingLeft(config)
      expect(machine.snapshot.state).toEqual({ phase: 'stopped' })
    }
    await rm(home, { recursive: true, force: true })
  })
})

function pidOf({ snapshot: { state } }: Machine): number {
  if (state.phase !== 'running') throw new Error('no machine')
  return state.process.pid
}

/** What the process has used of processors so far; the kernel counts in hundredths. */
async function processorSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The program's name comes second, in brackets, and may have blanks in it.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return (Number(user) + Number(system)) / 100
}

/** Writes zeros until there is no room left. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (;;) await file.write(Buffer.alloc(1024 * 1024))
  } catch {
    await file.sync().catch(() => undefined)
  } finally {
    await file.close()
  }
}
