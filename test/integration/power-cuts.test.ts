import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createQemuMachine, type MachineConfig } from '../../vm/index.ts'
import { machineFiles } from '../../vm/files.ts'
import { createDockerCli } from '../support/docker-cli.ts'
import { countedFile, hasCounted, startCounter } from '../support/fsync-counter.ts'
import { machineConfig } from '../support/machine.ts'
import { createRandom, type Random } from '../support/random.ts'
import { type LogEntry, readWriteLog, replay } from '../support/write-log.ts'

const run = promisify(execFile)
const full = process.env['BERTH_TEST_FULL'] === '1'
const rowMs = 900_000
const loadMs = 60_000
const cuts = 120
const boots = 3
/** Cuts of a disk that ignores flushes, and how many entries of the log are in its cache. */
const unsafeCuts = 20
const unsafeEntries = 400

/** A number that a container was told is on the disk, and how long the log of writes was when we heard of it. */
interface Kept {
  number: number
  at: number
}

/**
 * All that QEMU writes to the data disk is recorded while a container counts, syncing each number, and images come and go.
 * Then the power is cut, on paper, at many flushes: the disk has all that was written until then and, of what was still
 * under way, any part.
 */
describe.runIf(full && process.platform === 'linux')('a disk whose power was cut', () => {
  let home: string
  let config: MachineConfig
  let log: string
  let kept: Kept[]
  let entries: LogEntry[]
  let readyAt: number

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'berth-cuts-'))
    log = join(home, 'writes.log')
    await writeFile(log, '')
    ;({ config } = await machineConfig({ diskGiB: 4, diskFilter: recordTo(log) }, home))
    ;({ kept, readyAt } = await record(config, () => statSync(log).size))
    entries = await readWriteLog(log)
  }, rowMs)
  afterAll(() => rm(home, { recursive: true, force: true }))

  // Proves that the row after it can fail: the same log, of a disk whose flushes were empty words.
  test(
    'would not have all that was synced, had its flushes been ignored',
    { timeout: rowMs },
    async () => {
      const random = createRandom()
      const points = choosePoints(entries, { after: readyAt, count: unsafeCuts, random })
      const [disk, cut] = [join(home, 'unsafe.raw'), join(home, 'unsafe-cut.raw')]
      await using source = await open(log)
      await using image = await open(disk, 'w')
      await image.truncate(statSync(machineFiles(config.folder, config.socketFolder).disk).size)
      let done = 0
      const found: string[] = []
      for (const point of points) {
        for (; done <= point - unsafeEntries; done++)
          await apply(entries[done], source, { file: image, path: disk })
        await run('cp', ['--sparse=always', disk, cut])
        // What the disk had acknowledged long ago is in its cache still, and any part of it is lost.
        const cached = withoutFlushes(entries.slice(done, point + 1))
        await cutShort(cut, cached, { point: -1, random, source })
        found.push((await damageOf(cut, keptBefore(kept, entries[point]))) ?? 'none')
      }
      const lost = found.filter((damage) => damage !== 'none')
      expect(lost.length, `seed ${random.seed}: ${found.join(', ')}`).toBeGreaterThan(0)
      expect(lost).toContain('a number is lost')
    },
  )

  test(
    'has all that was synced, and a file system that mends by itself',
    { timeout: rowMs },
    async () => {
      expect(kept.length).toBeGreaterThan(50)
      const random = createRandom()
      const points = choosePoints(entries, { after: readyAt, count: cuts, random })
      expect(points.length).toBeGreaterThanOrEqual(100)
      const toBoot = new Set(
        Array.from({ length: boots }, (_, n) => points[((n + 1) * 37) % points.length]),
      )
      const [disk, cut] = [join(home, 'disk.raw'), join(home, 'cut.raw')]
      await using source = await open(log)
      await using image = await open(disk, 'w')
      await image.truncate(statSync(machineFiles(config.folder, config.socketFolder).disk).size)
      let done = 0
      for (const point of points) {
        for (; done <= point; done++)
          await apply(entries[done], source, { file: image, path: disk })
        await run('cp', ['--sparse=always', disk, cut])
        await cutShort(cut, entries, { point, random, source })
        const last = keptBefore(kept, entries[point])
        const hint = `seed ${random.seed}, entry ${point}`
        expect(await damageOf(cut, last), hint).toBeUndefined()
        if (toBoot.has(point)) await expectBoots({ ...config, diskFilter: undefined }, cut, last)
      }
    },
  )
})

function recordTo(log: string): MachineConfig['diskFilter'] {
  return (file) => ({
    driver: 'blklogwrites',
    discard: 'unmap',
    file,
    log: { driver: 'file', filename: log },
  })
}

/** Lets a machine work for a while, with its engine in the midst of things. */
async function record(config: MachineConfig, logBytes: () => number) {
  await using machine = createQemuMachine(config)
  await machine.start()
  const docker = await createDockerCli(config.engine.hostSocket)
  const built = await docker(['build', '-t', 'busybox', docker.buildContext])
  expect(built.code, built.stderr).toBe(0)
  const readyAt = logBytes()
  const kept: Kept[] = []
  await startCounter(machine, (number) => kept.push({ number, at: logBytes() }))
  const load = `mkdir -p /tmp/load; n=0; while :; do n=$((n + 1)); head -c 3000000 /dev/urandom >/tmp/load/$n
    tar -C /tmp/load -c . | docker import - load:$n; rm /tmp/load/$n; docker rmi load:$((n - 1)); done`
  const loading = machine.exec(['sh', '-c', load], { signal: AbortSignal.timeout(loadMs) })
  await loading.catch(() => undefined)
  await machine.stop()
  await docker[Symbol.asyncDispose]()
  return { kept, readyAt }
}

interface Choice {
  after: number
  count: number
  random: Random
}

/** Indices of flushes, in order. */
function choosePoints(entries: readonly LogEntry[], { after, count, random }: Choice): number[] {
  const flushes = entries.flatMap(({ kind, end }, index) =>
    kind === 'flush' && end > after ? [index] : [],
  )
  return random.sample(flushes, count).sort((one, other) => one - other)
}

async function apply(
  entry: LogEntry | undefined,
  log: Awaited<ReturnType<typeof open>>,
  image: { file: Awaited<ReturnType<typeof open>>; path: string },
): Promise<void> {
  if (entry) await replay(entry, log, image)
}

interface Cut {
  point: number
  random: Random
  source: Awaited<ReturnType<typeof open>>
}

/** Of what was written after the flush and before the next, any part may be there, in any order. */
async function cutShort(
  path: string,
  entries: readonly LogEntry[],
  { point, random, source }: Cut,
) {
  await using file = await open(path, 'r+')
  for (const entry of entries.slice(point + 1)) {
    if (entry.kind === 'flush') return
    if (random.next() < 0.5) await replay(entry, source, { file, path })
  }
}

function withoutFlushes(entries: readonly LogEntry[]): LogEntry[] {
  return entries.filter(({ kind }) => kind !== 'flush')
}

function keptBefore(kept: readonly Kept[], point: LogEntry | undefined): number {
  return Math.max(
    0,
    ...kept.filter(({ at }) => at <= (point?.end ?? 0)).map(({ number }) => number),
  )
}

/** What is wrong with the disk after it has mended what it can; undefined when all is well. */
async function damageOf(image: string, last: number): Promise<string | undefined> {
  const { code } = await fsck('-fp', image)
  // 1: there was something to mend, and it is.
  if (code !== 0 && code !== 1) return 'the file system does not mend by itself'
  if ((await fsck('-fn', image)).code !== 0) return 'the file system is not mended'
  const { stdout } = await run('debugfs', ['-R', `cat ${countedFile}`, image], { maxBuffer: 1e8 })
  return hasCounted(stdout, last) ? undefined : 'a number is lost'
}

async function fsck(how: string, image: string): Promise<{ code: unknown }> {
  return run('e2fsck', [how, image]).then(
    () => ({ code: 0 }),
    (error: unknown) => ({ code: error instanceof Error && 'code' in error ? error.code : error }),
  )
}

/** The engine comes up on the disk, with its images, and runs a container. */
async function expectBoots(config: MachineConfig, image: string, last: number): Promise<void> {
  await run('cp', ['--sparse=always', image, machineFiles(config.folder, config.socketFolder).disk])
  await using machine = createQemuMachine(config)
  await machine.start()
  const command = [
    'docker',
    'run',
    '--rm',
    '-v',
    'counter:/counted',
    'busybox',
    'cat',
    '/counted/n',
  ]
  const { stdout } = await machine.exec(command)
  expect(hasCounted(stdout.toString(), last)).toBe(true)
  await machine.stop()
}
