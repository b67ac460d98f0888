import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { toTar } from '../support/tar.ts'
import { startMachine } from '../support/machine.ts'
import { startOpenSsh, startOurs, toGuest, type Carrier } from './carriers.ts'
import type { DockerCli } from '../support/docker-cli.ts'
import { createTooledDocker, said, toolImage } from './guest-tool.ts'
import type { Check, Comparison, Outcome } from './outcome.ts'
import { estimate, median, pooledRatio } from './stats.ts'
import { sleepingReader, transfer, type Transfer } from './transfer.ts'

const mebibyte = 1024 ** 2
/** An emulated engine takes a minute for 100 MiB of an image: what is measured here would be lost in that. */
const size = 32 * mebibyte
const cipher = 'aes128-gcm@openssh.com'
const sleepMs = 10_000
const mayGrow = 16 * mebibyte
const big = 'berth-bench-big'

interface Way {
  name: string
  carrier: Carrier
}

/** What goes up or down, and how long it took by each way, in the order of the rounds. */
interface Work {
  name: string
  transfer: Transfer
  /** Done before each, and not measured. */
  before?: () => Promise<unknown>
  ms: number[][]
}

/**
 * B4: 32 MiB that no compression makes smaller, up and down through each way to the same engine in the same minutes.
 * The order turns with each round.
 * @param options.pairs transfers of each kind by each way, without the discarded first ones.
 */
export async function measureThroughput(options: { pairs: number }): Promise<Outcome> {
  await using stack = new AsyncDisposableStack()
  const test = stack.use(await startMachine())
  const guest = toGuest(test)
  const ways: Way[] = [
    { name: 'berth', carrier: stack.use(await startOurs(guest)) },
    {
      name: 'berth, without its proxy',
      carrier: stack.use(await startOurs(guest, { proxy: false })),
    },
    { name: 'ssh -L', carrier: stack.use(await startOpenSsh(guest)) },
    { name: `ssh -L -c ${cipher}`, carrier: stack.use(await startOpenSsh(guest, cipher)) },
  ]
  const docker = stack.use(await createTooledDocker(test.config.engine.hostSocket))
  await said(docker, ['run', '-d', '--name', 'box', toolImage])
  const works = await createWorks(docker, ways)
  for (let round = 0; round < options.pairs; round += 1) {
    for (const work of works) {
      const order = [...ways.entries()]
      for (const [index, { carrier }] of round % 2 === 0 ? order : order.toReversed()) {
        await work.before?.()
        work.ms[index]?.push((await transfer(carrier.socket, work.transfer)).ms)
      }
    }
  }
  const checks: Check[] = []
  for (const { name, carrier } of ways) checks.push(await checkGrowth(name, carrier))
  return {
    id: 'B4',
    title: `API throughput: ${size / mebibyte} MiB up and down, from the request to the last byte`,
    arms: works.flatMap((work) =>
      ways.map((way, index) => ({
        name: `${work.name}, ${way.name}`,
        samples: work.ms[index] ?? [],
      })),
    ),
    comparisons: works.flatMap((work) => compare(work)),
    checks,
    notes: [
      `${options.pairs} rounds, order turned with each; the file goes up once before`,
      'ratios are of time: 0.80 is 1.25 times the throughput; the engine’s own work is in all of them',
    ],
  }
}

async function createWorks(docker: DockerCli, ways: readonly Way[]): Promise<Work[]> {
  const body = toTar([{ name: 'box.bin', content: randomBytes(size) }])
  const up: Transfer = { method: 'PUT', path: '/containers/box/archive?path=/', body }
  const save: Transfer = { path: `/images/${big}/get` }
  const [first] = ways
  if (!first) return []
  await transfer(first.carrier.socket, up)
  await said(docker, ['commit', 'box', big])
  const saved = await transfer(first.carrier.socket, save)
  await said(docker, ['rmi', big])
  const load: Transfer = { method: 'POST', path: '/images/load?quiet=1', body: saved.body }
  await transfer(first.carrier.socket, load)
  const work = (name: string, of: Transfer, before?: Work['before']): Work => ({
    ...{ name, transfer: of, ...(before && { before }) },
    ms: ways.map(() => []),
  })
  return [
    work('archive up', up),
    work('archive down', { path: '/containers/box/archive?path=/box.bin' }),
    work('save', save),
    work('load', load, () => said(docker, ['rmi', big])),
  ]
}

function compare({ name, ms: [ours, bare, openSsh, best] }: Work): Comparison[] {
  const ratio = (theirs: number[] = []) =>
    estimate(
      (ours ?? []).map((one, index) => ({ ours: [one], theirs: [theirs[index] ?? Number.NaN] })),
      pooledRatio(median),
    )
  return [
    { name: `${name} berth ÷ ssh -L`, estimate: ratio(openSsh), pass: 1, ambitious: 0.8 },
    { name: `${name} berth ÷ ssh -L -c`, estimate: ratio(best), ambitious: 1 },
    { name: `${name} with ÷ without the proxy`, estimate: ratio(bare) },
  ]
}

async function checkGrowth(name: string, carrier: Carrier): Promise<Check> {
  const seen: number[] = []
  const look = async () => void seen.push(await residentBytes(carrier.pid))
  const path = '/containers/box/archive?path=/box.bin'
  await sleepingReader(carrier.socket, path, { sleepMs, look })
  const grown = Math.max(...seen) - (seen[0] ?? 0)
  return {
    name: `memory of the forward while its reader sleeps ${sleepMs / 1000} s, ${name}`,
    ok: grown <= mayGrow,
    detail: `${(grown / mebibyte).toFixed(1)} MiB more, ${((seen[0] ?? 0) / mebibyte).toFixed(0)} before`,
  }
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}
