import { type Call, isSet, sendJson } from './answers.ts'
import { toTime } from './durations.ts'
import type { FakeContainer } from './objects.ts'
import { pause } from './pause.ts'

const cores = 2
const totalMemory = 2 * 1024 ** 3

/** GET /containers/{id}/stats: a sample a second, in the shape that cgroup v2 gives. */
export async function sendStats(call: Call): Promise<void> {
  const { store, params, query, response, gone } = call
  const id = store.container(params[0] ?? '').id
  if (query.has('stream') && !isSet(query, 'stream')) {
    sendJson(call, toSample(store.container(id), Date.now()))
    return
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.flushHeaders()
  for (;;) {
    const container = store.containers.get(id)
    if (gone.aborted || !container) break
    response.write(`${JSON.stringify(toSample(container, Date.now()))}\n`)
    await pause(1000, gone)
  }
  response.end()
}

function toSample(container: FakeContainer, now: number) {
  const runs = container.state === 'running' || container.state === 'paused'
  const about = { id: container.id, name: `/${container.name}`, os_type: 'linux' }
  if (!runs) {
    // What the engine tells of one that does not run: nothing, in full.
    const nothing = { cpu_usage: { total_usage: 0 }, throttling_data: {} }
    return {
      ...about,
      read: toTime(0),
      preread: toTime(0),
      pids_stats: {},
      blkio_stats: { io_service_bytes_recursive: null },
      cpu_stats: nothing,
      precpu_stats: nothing,
      memory_stats: {},
    }
  }
  const { limits, load } = container
  const wave = waveOf(container, now)
  return {
    ...about,
    read: toTime(now),
    preread: toTime(now - 1000),
    pids_stats: { current: 3 + Math.round(4 * wave), limit: limits.pids || 7578 },
    blkio_stats: toDisk(container, now),
    num_procs: 0,
    storage_stats: {},
    cpu_stats: toCpu(container, now),
    precpu_stats: toCpu(container, now - 1000),
    memory_stats: {
      usage: Math.round(load.memory * (0.8 + 0.4 * wave)) + 12_000_000,
      stats: { inactive_file: 12_000_000, active_file: 3_000_000, anon: load.memory },
      limit: limits.memory || totalMemory,
    },
    networks: { eth0: toTraffic(container, now) },
  }
}

/** Slow and quick waves of a container's own, between 0 and 1: how much it works at `seconds`. */
function waveOf(container: FakeContainer, now: number): number {
  if (container.state === 'paused') return 0
  const { phase, seconds } = clockOf(container, now)
  return 0.5 + 0.35 * Math.sin(seconds / 23 + phase) + 0.14 * Math.sin(seconds / 3.1 + phase * 7)
}

/** The integral of that wave since the start: it grows, as counters do. */
function grown(container: FakeContainer, now: number): number {
  const { phase, seconds } = clockOf(container, now)
  const at = (time: number) =>
    0.5 * time -
    0.35 * 23 * Math.cos(time / 23 + phase) -
    0.14 * 3.1 * Math.cos(time / 3.1 + phase * 7)
  return at(seconds) - at(0)
}

/** Time stands still for what is paused. */
function clockOf({ id, startedAt, pausedAt, idleMs }: FakeContainer, now: number) {
  const until = pausedAt === 0 ? now : pausedAt
  return {
    phase: Number.parseInt(id.slice(0, 6), 16) / 1000,
    seconds: Math.max(0, until - startedAt - idleMs) / 1000,
  }
}

function toCpu(container: FakeContainer, now: number) {
  const used = Math.round(grown(container, now) * 2 * container.load.cpu * 1e9)
  return {
    cpu_usage: {
      total_usage: used,
      usage_in_kernelmode: Math.round(used * 0.3),
      usage_in_usermode: Math.round(used * 0.7),
    },
    system_cpu_usage: Math.round((now / 1000) * cores * 1e9) % Number.MAX_SAFE_INTEGER,
    online_cpus: cores,
    throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
  }
}

function toTraffic(container: FakeContainer, now: number) {
  const bytes = Math.round(grown(container, now) * 90_000 * (0.2 + container.load.cpu))
  return {
    rx_bytes: bytes,
    rx_packets: Math.round(bytes / 900),
    rx_errors: 0,
    rx_dropped: 0,
    tx_bytes: Math.round(bytes * 2.4),
    tx_packets: Math.round(bytes / 400),
    tx_errors: 0,
    tx_dropped: 0,
  }
}

function toDisk(container: FakeContainer, now: number) {
  const bytes = Math.round(grown(container, now) * 50_000 * container.load.cpu)
  return {
    io_service_bytes_recursive: [
      { major: 254, minor: 0, op: 'read', value: bytes },
      { major: 254, minor: 0, op: 'write', value: Math.round(bytes * 1.7) },
    ],
    io_serviced_recursive: null,
    io_queue_recursive: null,
    io_service_time_recursive: null,
    io_wait_time_recursive: null,
    io_merged_recursive: null,
    io_time_recursive: null,
    sectors_recursive: null,
  }
}
