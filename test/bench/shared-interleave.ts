import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Check } from './outcome.ts'
import { type GuestShell, kinds, type SharedLab } from './shared-lab.ts'

/** What is the case must be seen on the other side after so long; within it, is late and counted. */
const staleMs = 1000
const names = ['a', 'b', 'c', 'd']

/** One side of the folder. */
interface Side {
  write(name: string, text: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  remove(name: string): Promise<void>
  /** Undefined for a file that is not there. */
  read(name: string): Promise<string | undefined>
}

/**
 * Random writes, renames and removals on either side, each looked at from the other one. Steps come from a fixed row of
 * numbers, so that a failure can be had again.
 */
export async function interleave(
  { folder }: SharedLab,
  shell: GuestShell,
  steps: number,
): Promise<Check> {
  const sides: Side[] = [createHostSide(folder), createGuestSide(shell)]
  const truth = new Map<string, string>()
  const random = createRandom(7)
  const late: number[] = []
  const wrong: string[] = []
  // Once the two sides disagree, what follows says nothing.
  for (let step = 0; step < steps && wrong.length === 0; step += 1) {
    const [one, other] = random(2) === 0 ? sides : sides.toReversed()
    if (!one || !other) break
    const touched = await change(one, truth, {
      random,
      text: `${step} ${'x'.repeat(random(5000))}`,
    })
    for (const name of touched) {
      const lag = await lagOf(other, name, truth.get(name))
      if (lag === undefined) wrong.push(`${name} after step ${step}`)
      else if (lag > 0) late.push(lag)
    }
  }
  const greatest = Math.max(0, ...late).toFixed(0)
  return {
    name: `nothing is lost or stays stale in ${steps} random steps on both sides`,
    ok: wrong.length === 0,
    detail: `${wrong.length} wrong after ${staleMs} ms; ${late.length} seen late, by ${greatest} ms at most; ${wrong.slice(0, 3).join(', ')}`,
  }
}

async function change(
  side: Side,
  truth: Map<string, string>,
  { random, text }: { random: (below: number) => number; text: string },
): Promise<string[]> {
  const pick = () => names[random(names.length)] ?? 'a'
  const [name, to] = [pick(), pick()]
  const known = truth.get(name)
  const kind = known === undefined ? 0 : random(5)
  if (kind === 4) {
    await side.remove(name)
    truth.delete(name)
    return [name]
  }
  if (kind === 3 && known !== undefined && name !== to) {
    await side.rename(name, to)
    truth.delete(name)
    truth.set(to, known)
    return [name, to]
  }
  await side.write(name, text)
  truth.set(name, text)
  return [name]
}

/** How late the side saw it, in ms: 0 at the first look, undefined when not in time. */
async function lagOf(side: Side, name: string, wanted?: string): Promise<number | undefined> {
  const began = performance.now()
  for (let first = true; ; first = false) {
    const asked = performance.now()
    if ((await side.read(name)) === wanted) return first ? 0 : performance.now() - began
    if (asked - began > staleMs) return undefined
    await delay(20)
  }
}

function createHostSide(folder: string): Side {
  const at = (name: string) => join(folder, name)
  return {
    write: (name, text) => writeFile(at(name), text),
    rename: (from, to) => rename(at(from), at(to)),
    remove: (name) => rm(at(name)),
    read: async (name) =>
      (await stat(at(name)).catch(() => undefined)) && (await readFile(at(name), 'utf8')),
  }
}

function createGuestSide(shell: GuestShell): Side {
  const at = (name: string) => `${kinds.shared}/${name}`
  const done = async (commands: string) => {
    await shell.say(commands)
  }
  return {
    write: (name, text) => done(`printf %s '${text}' >${at(name)}`),
    rename: (from, to) => done(`mv ${at(from)} ${at(to)}`),
    remove: (name) => done(`rm ${at(name)}`),
    async read(name) {
      // One that is still listed and cannot be opened any more is neither there nor gone.
      const text = await shell.say(
        `if [ -e ${at(name)} ]; then echo yes; cat ${at(name)} || echo torn; fi`,
      )
      return text.startsWith('yes\n') ? text.slice(4) : undefined
    },
  }
}

/** A fixed row of whole numbers from 0 on, below what is asked. */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return Math.floor((state / 0x80000000) * below)
  }
}
