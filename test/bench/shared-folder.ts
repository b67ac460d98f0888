import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Check, Comparison, Outcome } from './outcome.ts'
import { interleave } from './shared-interleave.ts'
import { type GuestShell, kinds, type SharedLab, startSharedLab } from './shared-lab.ts'
import { estimate, median, percentile, pooledRatio } from './stats.ts'

const files = 2000
const writtenMiB = 100
const edits = 30
const interleavings = 1000
const mayStayMs = 200
const patienceMs = 5000

type Kind = keyof typeof kinds
const names: Record<Kind, string> = {
  shared: 'shared folder',
  local: 'guest’s own disk',
  nine: '9p, cache=none',
}
const all = Object.keys(kinds) as Kind[]

/** What is done in a folder; each leaves what the next one needs. */
interface Work {
  name: string
  /** Nothing is left in the guest's memory of the folder's files. */
  cold?: boolean
  commands: string
  ms: Record<Kind, number[]>
}

/**
 * B7: the same tree of small files in a shared folder, on the guest's own disk and over 9p, worked on from within one
 * container; and edits on the host as they are seen there. Before all of it: nothing may be lost or stay stale.
 * @param options.pairs rounds, whose order turns
 */
export async function measureSharedFolder(options: { pairs: number }): Promise<Outcome> {
  await using lab = await startSharedLab()
  using shell = await lab.openShell()
  const sound = await interleave(lab, shell, interleavings)
  const works = createWorks()
  for (let round = 0; round < options.pairs; round += 1)
    for (const kind of round % 2 === 0 ? all : all.toReversed())
      await runAll(lab, shell, [works, kind])
  const seen = await edit(lab)
  return {
    id: 'B7',
    title: `A shared folder: ${files} small files, and ${writtenMiB} MiB that are synced`,
    arms: [
      ...works.flatMap(({ name, ms }) =>
        all.map((kind) => ({ name: `${name}, ${names[kind]}`, samples: ms[kind] })),
      ),
      { name: 'edit on the host → inotify', samples: seen },
    ],
    comparisons: works.flatMap(compare),
    checks: [sound, checkEdits(seen)],
    notes: [
      `${options.pairs} rounds, order turned with each; times include one round trip to the container’s shell`,
      'cold: the guest’s caches are dropped before; both ends share the cores of this host',
    ],
  }
}

function createWorks(): Work[] {
  const work = (name: string, commands: string, cold = false): Work => ({
    ...{ name, commands, cold },
    ms: { shared: [], local: [], nine: [] },
  })
  const block = 'i=0; while [ $i -lt 100 ]; do echo "line $i of this file" >f$i; i=$((i+1)); done'
  return [
    work(
      'make',
      `n=0; while [ $n -lt ${files / 100} ]; do mkdir -p tree/$n && (cd tree/$n && ${block}); n=$((n+1)); done`,
    ),
    work('find, cold', 'find tree -type f | wc -l', true),
    work('find', 'find tree -type f -size -1000 | wc -l'),
    work('grep -r, cold', 'grep -r "line 99 " tree | wc -l', true),
    work('grep -r', 'grep -r "line 99 " tree | wc -l'),
    work('write and sync', `dd if=/dev/zero of=big bs=1M count=${writtenMiB} conv=fsync && rm big`),
    work('rm -rf', 'rm -rf tree'),
  ]
}

async function runAll(
  { machine }: SharedLab,
  shell: GuestShell,
  [works, kind]: [Work[], Kind],
): Promise<void> {
  await shell.say(`cd ${kinds[kind]} && sync`)
  for (const { cold, commands, ms } of works) {
    if (cold) await machine.exec(['sh', '-c', 'sync; echo 3 >/proc/sys/vm/drop_caches'])
    const began = performance.now()
    await shell.say(commands)
    ms[kind].push(performance.now() - began)
  }
}

function compare({ name, ms }: Work): Comparison[] {
  const ratio = (theirs: number[]) =>
    estimate(
      ms.shared.map((one, index) => ({ ours: [one], theirs: [theirs[index] ?? Number.NaN] })),
      pooledRatio(median),
    )
  const isMetadata = !/write|grep/.test(name)
  return [
    {
      name: `${name} shared ÷ own disk`,
      estimate: ratio(ms.local),
      ...(isMetadata && { pass: 2 }),
      ...(!isMetadata && !name.includes('write') && { ambitious: 1.11 }),
    },
    { name: `${name} shared ÷ 9p`, estimate: ratio(ms.nine), pass: 1.25 },
  ]
}

/** How long after each edit on the host a watcher in the container hears of it; what it never heard of is not in. */
async function edit({ folder, openShell }: SharedLab): Promise<number[]> {
  const path = join(folder, 'edited')
  await writeFile(path, '')
  using shell = await openShell()
  let heard: (() => void) | undefined
  const ready = Promise.withResolvers<undefined>()
  shell.follow(`guest-tool watch ${kinds.shared}`, (line) => {
    if (line === 'ready') ready.resolve(undefined)
    else if (line.endsWith(' edited')) heard?.()
  })
  await ready.promise
  const taken: number[] = []
  for (let index = 0; index < edits; index += 1) {
    const hearing = Promise.withResolvers<number>()
    heard = () => {
      hearing.resolve(performance.now())
    }
    const began = performance.now()
    await writeFile(path, `edit ${index}`)
    const at = await Promise.race([hearing.promise, delay(patienceMs)])
    if (at === undefined) break
    taken.push(at - began)
    // What is still on its way about this edit must not be taken for the next one.
    await delay(300)
  }
  await rm(path)
  return taken
}

function checkEdits(seen: number[]): Check {
  const p95 = percentile(seen, 0.95)
  return {
    name: `an edit on the host is heard of in the container, p95 within ${mayStayMs} ms`,
    ok: seen.length === edits && p95 <= mayStayMs,
    detail: seen.length === 0 ? 'never' : `${seen.length} of ${edits}, p95 ${p95.toFixed(0)} ms`,
  }
}
