import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findProgram, findQemu } from '../../vm/qemu/find.ts'
import type { Machine } from '../../vm/index.ts'
import { startMachine } from '../support/machine.ts'
import type { Outcome } from './outcome.ts'
import { estimate, median } from './stats.ts'

const mebibyte = 1024 ** 2
const settleMs = 30_000
const afterMs = 60_000
/** Beside this QEMU itself needs something. */
const ownMiB = 60
const filledMiB = 1536
const fill = `mkdir -p /run/b9 && mount -t tmpfs -o size=${filledMiB + 16}m b9 /run/b9 &&
  dd if=/dev/zero of=/run/b9/f bs=1M count=${filledMiB}`
const free = 'umount /run/b9'

/** In MiB: of this computer's memory, and of the guest's own. */
interface Turn {
  idle: number
  peak: number
  after: number
  guestUsed: number
}

/**
 * B9: how much of what a guest held for a while it still holds a minute later, with its free pages reported and, in the
 * same machine, without.
 * @param options.pairs turns in each of the two machines
 */
export async function measureMemory(options: { pairs: number }): Promise<Outcome> {
  const ours = await turnsIn(options.pairs)
  await using silent = await withoutReporting()
  const before = process.env['BERTH_QEMU']
  process.env['BERTH_QEMU'] = silent.folder
  try {
    return describe(ours, await turnsIn(options.pairs))
  } finally {
    // Who looks for QEMU after this shall find the real one.
    if (before === undefined) delete process.env['BERTH_QEMU']
    else process.env['BERTH_QEMU'] = before
  }
}

async function turnsIn(count: number): Promise<Turn[]> {
  await using test = await startMachine({ memoryMiB: 3072 })
  const turns: Turn[] = []
  for (let index = 0; index < count; index++) {
    turns.push(await turn(test.machine))
    process.stderr.write(`B9 ${JSON.stringify(turns.at(-1))}\n`)
  }
  return turns
}

async function turn(machine: Machine): Promise<Turn> {
  const held = async () => ((await machine.footprint()).memoryBytes ?? Number.NaN) / mebibyte
  const must = async (script: string) => {
    const { code, stdout, stderr } = await machine.exec(['sh', '-c', script])
    if (code !== 0) throw new Error(stderr.toString())
    return stdout.toString()
  }
  await delay(settleMs)
  const idle = await held()
  const used = await must("free -m | awk 'NR == 2 { print $3 }'")
  await must(fill)
  const peak = await held()
  await must(free)
  await delay(afterMs)
  return { idle, peak, after: await held(), guestUsed: Number(used) }
}

interface SilentQemu extends AsyncDisposable {
  folder: string
}

/** A QEMU whose guest cannot report its free pages, all else alike. */
async function withoutReporting(): Promise<SilentQemu> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-qemu-'))
  const { program } = await findQemu('amd64')
  const script = join(folder, 'qemu-system-x86_64')
  await writeFile(
    script,
    `#!/bin/bash\nexec ${program} "\${@/free-page-reporting=on/free-page-reporting=off}"\n`,
  )
  await chmod(script, 0o755)
  const tool = await findProgram('qemu-img')
  if (tool !== undefined) await symlink(tool, join(folder, 'qemu-img'))
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

function describe(ours: readonly Turn[], theirs: readonly Turn[]): Outcome {
  const kept = ({ idle, peak, after }: Turn) => (after - idle) / (peak - idle)
  const of = (turns: readonly Turn[], what: (turn: Turn) => number) =>
    estimate(turns, (drawn) => median(drawn.map(what)))
  const arms = (name: string, turns: readonly Turn[]) =>
    (['idle', 'peak', 'after'] as const).map((when) => ({
      ...{ name: `${name}, ${when}`, unit: 'MiB' },
      samples: turns.map((one) => one[when]),
    }))
  return {
    id: 'B9',
    title: `Memory: what is kept of ${filledMiB} MiB a minute after the guest let go of it`,
    arms: [...arms('berth', ours), ...arms('without free page reporting', theirs)],
    comparisons: [
      {
        ...{ name: 'kept, of what was taken', estimate: of(ours, kept) },
        ...{ pass: 0.2, ambitious: 0.05 },
      },
      { name: 'kept without free page reporting', estimate: of(theirs, kept) },
      {
        name: `idle ÷ (used in the guest + ${ownMiB} MiB)`,
        estimate: of(ours, ({ idle, guestUsed }) => idle / (guestUsed + ownMiB)),
        ambitious: 1.2,
      },
    ],
    checks: [],
    notes: [
      'taken as files in memory, which are freed at once; each turn is in the same machine as the one before',
      'what is held is the resident memory of QEMU, the translated code of its emulation included',
    ],
  }
}
