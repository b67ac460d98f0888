import type { Machine } from '../../vm/index.ts'
import { GuestHosts } from '../../main/mirrors/guest-hosts.ts'
import type { PullAddress } from '../../main/mirrors/pull-address.ts'
import { createDockerCli, type DockerCli } from '../support/docker-cli.ts'
import { startMachine } from '../support/machine.ts'
import { labRegistry } from '../support/pull-lab.ts'
import {
  type RegistryFaultProxy,
  startRegistryFaultProxy,
} from '../support/registry-lab/registry-fault-proxy.ts'
import { said } from './guest-tool.ts'
import type { Outcome } from './outcome.ts'
import { measureFailover } from './pull-failover.ts'
import { serveImages, speedLayers } from './pull-image.ts'
import { startPullServer } from './pull-server.ts'
import { estimate, median, pooledRatio } from './stats.ts'

/** A registry that has a `hosts.toml` of its own, so that its images do not go by way of the app. */
const ownRegistry = 'own.example'

/** One pull, in ms: for who waits for it, and of the layers, as the registry saw them go. */
interface Pull {
  whole: number
  layers: number
}

/**
 * B13: the guest's engine pulls one image from one registry of this computer, by our path and by its own, each time as
 * if it had never had it; then how much longer a small one takes when the first mirror fails.
 * @param options.pairs pulls by each way, and of each trouble with and without it, without the discarded first ones
 */
export async function measurePulls({ pairs }: { pairs: number }): Promise<Outcome> {
  await using stack = new AsyncDisposableStack()
  const { registry } = stack.use(await serveImages())
  // The same for both ways: what it does costs both the same, and it sees what goes.
  const front = stack.use(await startRegistryFaultProxy(registry))
  const mirror = stack.use(await startRegistryFaultProxy(registry))
  const straight = stack.use(await startPullServer([front.url]))
  const failing = stack.use(await startPullServer([mirror.url, front.url]))
  const { machine, config } = stack.use(await startMachine())
  const docker = stack.use(await createDockerCli(config.engine.hostSocket))
  await tellOwnWay(machine, front.port)

  await tellOurWay(machine, straight.address)
  const taken = { ours: [] as Pull[], theirs: [] as Pull[] }
  const arms = [
    async () => void taken.ours.push(await pullLarge(docker, front, labRegistry)),
    async () => void taken.theirs.push(await pullLarge(docker, front, ownRegistry)),
  ]
  for (const arm of arms) await arm()
  for (const all of Object.values(taken)) all.length = 0
  for (let index = 0; index < pairs; index += 1)
    for (const arm of index % 2 === 0 ? arms : arms.toReversed()) await arm()

  await tellOurWay(machine, failing.address)
  const small = `${labRegistry}/team/small:1`
  const failover = await measureFailover({
    ...{ mirror, server: failing, pairs },
    pull: () => pull(docker, small),
  })
  return describe(pairs, taken, failover)
}

type Failover = Awaited<ReturnType<typeof measureFailover>>

function describe(pairs: number, taken: Record<'ours' | 'theirs', Pull[]>, failover: Failover) {
  const arm = (name: string, of: Pull[], part: keyof Pull) => ({
    name,
    samples: of.map((one) => one[part]),
  })
  const ratio = (part: keyof Pull) =>
    estimate(
      taken.ours.map((one, index) => ({
        ours: [one[part]],
        theirs: [taken.theirs[index]?.[part] ?? Number.NaN],
      })),
      pooledRatio(median),
    )
  return {
    id: 'B13',
    title: `Pulls: ${speedLayers.length} layers of ${(speedLayers[0] ?? 0) / 1024 ** 2} MiB that no compression makes smaller`,
    arms: [
      arm('by our path', taken.ours, 'whole'),
      arm('by the engine’s own', taken.theirs, 'whole'),
      arm('its layers, by our path', taken.ours, 'layers'),
      arm('its layers, by the engine’s own', taken.theirs, 'layers'),
      ...failover.arms,
    ],
    // 0.95 of the engine's own speed.
    comparisons: [
      { name: 'our path ÷ the engine’s own', estimate: ratio('whole'), pass: 1 / 0.95 },
      { name: 'its layers, the same', estimate: ratio('layers'), pass: 1 / 0.95 },
      ...failover.comparisons,
    ],
    checks: [],
    notes: [
      `${pairs} pairs, order turned with each; the image is removed before each pull, with all it was made of`,
      'layers: from the first question for one to the last byte that left the registry; the engine unpacks meanwhile',
      'a mirror that swallows takes the connection and never answers: the deadline of the first byte, 1 s',
      'a stall has a deadline of its own, 5 s, and no bar',
    ],
  } satisfies Outcome
}

async function tellOwnWay(machine: Machine, port: number): Promise<void> {
  const folder = `/etc/docker/certs.d/${ownRegistry}`
  const put = ['sh', '-c', `mkdir -p ${folder} && cat >${folder}/hosts.toml`]
  const input = `[host."http://10.0.2.2:${port}"]\n  capabilities = ["pull", "resolve"]\n`
  const { code, stderr } = await machine.exec(put, { input })
  if (code !== 0) throw new Error(`the engine was not told: ${stderr.toString()}`)
}

/** As the app tells it. */
async function tellOurWay(machine: Machine, address: PullAddress): Promise<void> {
  const fail = (event: string, detail: unknown) => {
    throw new Error(`${event}: ${JSON.stringify(detail)}`)
  }
  const log = { write: fail, failure: fail, file: '' }
  await using hosts = new GuestHosts({ machine, address: () => address, log })
  await hosts.settled()
}

async function pullLarge(
  docker: DockerCli,
  front: RegistryFaultProxy,
  registry: string,
): Promise<Pull> {
  front.clear()
  const whole = await pull(docker, `${registry}/team/large:1`)
  const layers = front.requests.filter(({ kind, method }) => kind === 'blob' && method === 'GET')
  if (layers.length < speedLayers.length) throw new Error('the engine still had layers of before')
  const from = Math.min(...layers.map(({ at }) => at))
  const until = Math.max(...layers.map(({ endedAt = Number.NaN }) => endedAt))
  return { whole, layers: until - from }
}

/** In ms. */
async function pull(docker: DockerCli, name: string): Promise<number> {
  const began = performance.now()
  await said(docker, ['pull', '-q', name])
  const ms = performance.now() - began
  // With the only name of an image goes all it was made of.
  await said(docker, ['rmi', '-f', name])
  return ms
}
