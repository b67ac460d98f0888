import { expect, test } from 'vitest'
import { createSampler, type RawStats } from '../../../../main/engine/stats-sample.ts'

/** A container on two cores that has used `cpuSeconds` when the machine has been up for `second` seconds. */
function raw(second: number, cpuSeconds: number, change: Partial<RawStats> = {}): RawStats {
  return {
    read: new Date(1_700_000_000_000 + second * 1000).toISOString(),
    cpu_stats: {
      cpu_usage: { total_usage: cpuSeconds * 1e9 },
      system_cpu_usage: second * 2e9,
      online_cpus: 2,
    },
    memory_stats: { usage: 1000, limit: 5000, stats: { inactive_file: 300 } },
    networks: {
      eth0: { rx_bytes: second * 10, tx_bytes: second * 20 },
      eth1: { rx_bytes: second, tx_bytes: 0 },
    },
    blkio_stats: {
      io_service_bytes_recursive: [
        { op: 'read', value: second * 100 },
        { op: 'Write', value: second * 200 },
        { op: 'write', value: second * 1 },
      ],
    },
    pids_stats: { current: 4 },
    ...change,
  }
}

const notRunning: RawStats = {
  read: '0001-01-01T00:00:00Z',
  cpu_stats: { cpu_usage: { total_usage: 0 } },
  memory_stats: {},
  blkio_stats: { io_service_bytes_recursive: null },
}

test('two answers make a sample: rates per second, and what is there now', () => {
  const sample = createSampler('a')
  expect(sample(raw(10, 5), 1)).toBeUndefined()
  expect(sample(raw(12, 8), 2)).toEqual({
    id: 'a',
    at: 2,
    cpu: 1.5,
    memory: 700,
    memoryLimit: 5000,
    networkIn: 11,
    networkOut: 20,
    diskRead: 100,
    diskWrite: 201,
    pids: 4,
  })
})

test('more than the machine has is what the machine has', () => {
  const sample = createSampler('a')
  sample(raw(10, 0), 1)
  expect(sample(raw(11, 50), 2)).toMatchObject({ cpu: 2 })
})

test('the clock serves where the machine’s time is not told', () => {
  const sample = createSampler('a')
  const without = (second: number, used: number) =>
    raw(second, used, {
      cpu_stats: { cpu_usage: { total_usage: used * 1e9, percpu_usage: [1, 2, 3, 4] } },
    })
  sample(without(10, 0), 1)
  expect(sample(without(12, 3), 2)).toMatchObject({ cpu: 1.5 })
})

test('a container without network, disk or cache has nothing of them, and no NaN', () => {
  const sample = createSampler('a')
  const bare = {
    networks: null,
    blkio_stats: { io_service_bytes_recursive: null },
    memory_stats: { usage: 100, stats: { inactive_file: 500 } },
    pids_stats: {},
  }
  sample(raw(10, 0, bare), 1)
  const found = sample(raw(11, 1, bare), 2)
  expect(found).toMatchObject({ memory: 100, memoryLimit: 0, networkIn: 0, diskRead: 0, pids: 0 })
  expect(Object.values(found ?? {}).filter((value) => Number.isNaN(value))).toEqual([])
})

test('cgroup v1 names its cache otherwise', () => {
  const sample = createSampler('a')
  const memory = { memory_stats: { usage: 100, stats: { total_inactive_file: 40 } } }
  sample(raw(10, 0), 1)
  expect(sample(raw(11, 0, memory), 2)).toMatchObject({ memory: 60 })
})

test('a start in between is no spike, whichever way it shows', () => {
  const sample = createSampler('a')
  sample(raw(10, 500), 1)
  // The CPU counter begins anew: no sample, and a sound one after it.
  expect(sample(raw(11, 1), 2)).toBeUndefined()
  expect(sample(raw(12, 2), 3)).toMatchObject({ cpu: 1 })
  // Other counters begin anew: their rate is nothing, once.
  const anew = { networks: { eth0: { rx_bytes: 5, tx_bytes: 5 } } }
  expect(sample(raw(13, 3, anew), 4)).toMatchObject({ cpu: 1, networkIn: 0, networkOut: 0 })
  // It did not run for a while.
  expect(sample(notRunning, 5)).toBeUndefined()
  expect(sample(raw(20, 9), 6)).toBeUndefined()
  expect(sample(raw(21, 10), 7)).toMatchObject({ cpu: 1 })
})

test('the same answer twice, or an older one, is no news', () => {
  const sample = createSampler('a')
  sample(raw(10, 0), 1)
  expect(sample(raw(10, 0), 2)).toBeUndefined()
  expect(sample(raw(9, 0), 3)).toBeUndefined()
  expect(sample(raw(11, 1), 4)).toMatchObject({ cpu: 1 })
})

test('what is no answer at all is none', () => {
  const sample = createSampler('a')
  expect(sample({ read: 'nonsense' }, 1)).toBeUndefined()
})
