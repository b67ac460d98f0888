import { expect, test } from 'vitest'
import { startMachine } from '../support/machine.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'

// It costs a boot: with virtio-mem, the rows in rows/limits.ts cost none.
test.runIf(full)(
  'a balloon gives and takes memory where the host has no virtio-mem',
  { timeout: 600_000 },
  async () => {
    await using lab = await startMachine({ memoryWay: 'balloon', memoryMiB: 1536 })
    const { machine, config } = lab
    const memTotal = async () => {
      const text = String((await machine.exec(['cat', '/proc/meminfo'])).stdout)
      return Number(/MemTotal:\s+(\d+)/.exec(text)?.[1]) / 1024
    }
    const set = async (memoryMiB: number) => {
      await machine.limits.check({ memoryMiB })
      config.memoryMiB = memoryMiB
      await machine.limits.apply()
      expect(machine.snapshot.state).toMatchObject({ process: { memoryMiB } })
      return memTotal()
    }
    // It boots with twice as much, and has given the rest back once it runs.
    const first = await set(1536)
    expect(first).toBeLessThan(1536)
    expect(machine.snapshot.state).toMatchObject({
      process: { live: { memoryMiB: { min: 1024, max: 3072 } } },
    })
    expect((await set(2560)) - first).toBeCloseTo(1024, -1)
    expect(first - (await set(1024))).toBeCloseTo(512, -1)
    const dockerd = await machine.exec(['pidof', 'dockerd'])
    expect(dockerd.code).toBe(0)
  },
)
