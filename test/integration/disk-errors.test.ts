import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createQemuMachine, type Machine, type MachineConfig } from '../../vm/index.ts'
import { expectNothingLeft } from '../support/leftovers.ts'
import { machineConfig, snapshotWhere } from '../support/machine.ts'
import { expectTold } from '../support/told-error.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'
const rowMs = 400_000
/** Near the end of the disk, where nothing is yet. */
const diskGiB = 4
const badSector = diskGiB * 2 ** 21 - 4096
const inputOutputError = 5

/** QEMU's blkdebug, which does as a disk of this computer does that fails. */
describe.runIf(full)('a disk that fails', () => {
  let home: string
  let config: MachineConfig
  let machine: Machine
  let lines: string[]

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'berth-'))
    const made = await machineConfig({ diskGiB, diskFilter: failing }, home)
    ;({ config, lines } = made)
    machine = createQemuMachine(config)
  })
  afterAll(async () => {
    await machine.stop({ graceMs: 15_000 })
    await machine[Symbol.asyncDispose]()
    await rm(home, { recursive: true, force: true })
  })

  test('for a moment, at a flush: the start goes on', { timeout: rowMs }, async () => {
    await machine.start()
    expect(lines.filter((line) => line.includes('disk-trouble'))).not.toEqual([])
    expect(lines.filter((line) => line.includes('disk-resumed'))).not.toEqual([])
    const { stdout } = await machine.exec(['dmesg'])
    expect(stdout.toString()).not.toMatch(/I\/O error|EXT4-fs error/)
    await machine.exec(['sh', '-c', 'echo kept >/data/sentinel && sync'])
  })

  test(
    'at one sector pauses the machine, is named, and leaves it to be stopped',
    { timeout: rowMs },
    async () => {
      const down = snapshotWhere(
        machine,
        ({ health }) => health.some(({ error }) => error?.code === 'disk-failing'),
        60_000,
      )
      const at = `disk=$(grep -l berth-data /sys/block/vd*/serial); disk=\${disk%/serial}`
      const read = `dd if=/dev/\${disk##*/} bs=512 skip=${badSector} count=1 of=/dev/null`
      const reading = machine.exec(['sh', '-c', `${at}; ${read}`]).catch(() => undefined)
      const { health } = await down
      expectTold(health.find(({ link }) => link === 'process')?.error, 'disk-failing')
      await machine.stop({ graceMs: 10_000 })
      await reading
      expect(machine.snapshot.state).toEqual({ phase: 'stopped' })
      await expectNothingLeft(config)
    },
  )

  test('and is well again has all that was synced', { timeout: rowMs }, async () => {
    delete config.diskFilter
    await machine.start()
    const { stdout } = await machine.exec(['cat', '/data/sentinel'])
    expect(stdout.toString()).toBe('kept\n')
  })
})

const failing: MachineConfig['diskFilter'] = (image) => ({
  driver: 'blkdebug',
  discard: 'unmap',
  image,
  'inject-error': [
    { event: 'none', iotype: 'flush', errno: inputOutputError, once: true },
    { event: 'none', iotype: 'read', errno: inputOutputError, sector: badSector },
  ],
})
