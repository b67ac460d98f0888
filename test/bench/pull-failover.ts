import type { RegistryFaultProxy } from '../support/registry-lab/registry-fault-proxy.ts'
import type { RegistryFault } from '../support/registry-lab/registry-fault.ts'
import type { Comparison } from './outcome.ts'
import type { BenchPullServer } from './pull-server.ts'
import { estimate, median } from './stats.ts'

/** What the first mirror does, and how much longer a pull may take for it, in s; without where a deadline is its own. */
const troubles: readonly { name: string; fault: RegistryFault; mostSeconds?: number }[] = [
  { name: 'refuses', fault: { kind: 'refuse' }, mostSeconds: 1.5 },
  { name: 'swallows what it is asked', fault: { kind: 'swallow' }, mostSeconds: 1.5 },
  { name: 'stalls in the middle of a layer', fault: { kind: 'stall', afterBytes: 256 * 1024 } },
]

interface FailoverParts {
  /** The one that is asked first. */
  mirror: RegistryFaultProxy
  server: Pick<BenchPullServer, 'forgive'>
  /** The small image, of which nothing is there before: in ms. */
  pull: () => Promise<number>
  pairs: number
}

interface Failover {
  arms: { name: string; samples: number[] }[]
  comparisons: Comparison[]
}

/** Pulls with and without each trouble in turn; what is told is the difference of each pair. */
export async function measureFailover(parts: FailoverParts): Promise<Failover> {
  const measured = troubles.map((trouble) => ({
    ...trouble,
    well: [] as number[],
    ill: [] as number[],
  }))
  // The first of all fills caches that later ones find.
  await pullUnder(parts)
  for (let index = 0; index < parts.pairs; index += 1) {
    for (const { fault, well, ill } of measured) {
      const arms = [
        async () => void well.push(await pullUnder(parts)),
        async () => void ill.push(await pullUnder(parts, fault)),
      ]
      for (const arm of index % 2 === 0 ? arms : arms.toReversed()) await arm()
    }
  }
  await parts.mirror.set()
  return {
    arms: measured.flatMap(({ name, well, ill }) => [
      { name: `a pull, beside one whose first mirror ${name}`, samples: well },
      { name: `a pull whose first mirror ${name}`, samples: ill },
    ]),
    comparisons: measured.map(({ name, well, ill, mostSeconds }) => ({
      name: `s longer when the first mirror ${name}`,
      estimate: estimate(
        ill.map((ms, index) => (ms - (well[index] ?? Number.NaN)) / 1000),
        median,
      ),
      ...(mostSeconds !== undefined && { pass: mostSeconds }),
    })),
  }
}

async function pullUnder(
  { mirror, server, pull }: FailoverParts,
  fault?: RegistryFault,
): Promise<number> {
  await mirror.set(...(fault ? [fault] : []))
  await server.forgive()
  return await pull()
}
