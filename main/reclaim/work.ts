import { setTimeout as pause } from 'node:timers/promises'
import { AppError, type HostBytes, type ReclaimKind } from '#api'
import type { Machine } from '#vm'
import type { EngineClient } from '../engine/client.ts'
import { askMachine } from '../machine/errors.ts'
import { type Remove, removeContainers, removeImages, removeVolumes } from './removal.ts'
import type { SurveyedThing } from './survey.ts'

/** A disk of many GiB in emulation, or a build cache of thousands of files. */
const patienceMs = 900_000
/** Free memory goes back to the computer two seconds after it has become free, piece by piece. */
const settleMs = 12_000
const lookMs = 1000

const guestProgram = '/usr/lib/berth/reclaim'

export interface WorkParts {
  client: EngineClient
  machine: Pick<Machine, 'exec' | 'footprint'>
  /** How long memory gets to come back. */
  settleMs?: number
}

/** One step: what of the plan it is about, and where it tells how far it is. */
export interface Job {
  kind: ReclaimKind
  things: readonly SurveyedThing[]
  /** When the plan was made. */
  plannedAt: number
  signal: AbortSignal
  told: Told
}

/** How far a step is. */
export interface Told {
  bytes: number
  done: number
  kept: number
  /** The first failure of several things. */
  error?: unknown
  tell(): void
}

/** Does one step. Rejects when the rest of it cannot be done. */
export async function doWork(parts: WorkParts, job: Job): Promise<void> {
  const { client, machine } = parts
  switch (job.kind) {
    case 'containers':
      return removeAll(removeContainers(client), job)
    case 'dangling-images':
    case 'images':
      return removeAll(await removeImages(client), job)
    case 'anonymous-volumes':
    case 'volumes':
      return removeAll(removeVolumes(client), job)
    case 'build-cache':
      return pruneBuilds(client, job)
    case 'logs': {
      const input = job.things.map((log) => `${log.isCurrent === true ? 'all' : 'old'} ${log.id}\n`)
      const { signal } = job
      tellLogs(job, await askGuest(machine, 'logs', { input: input.join(''), signal }))
      return
    }
    case 'trim': {
      const { disk } = await readHost(machine)
      await askGuest(machine, 'trim', job)
      job.told.bytes = Math.max(0, disk - (await readHost(machine)).disk)
      return
    }
    case 'caches':
      return dropCaches(parts, job)
  }
}

/** What the machine takes of this computer. */
export async function readHost(machine: Pick<Machine, 'footprint'>): Promise<HostBytes> {
  const { diskBytes, memoryBytes } = await machine.footprint()
  return { disk: diskBytes, ...(memoryBytes !== undefined && { memory: memoryBytes }) }
}

/** Runs the guest's part. @throws {AppError} `reclaim-guest`, `not-running`, `link-lost` */
export async function askGuest(
  machine: Pick<Machine, 'exec'>,
  what: string,
  options: { input?: string; signal?: AbortSignal } = {},
): Promise<string> {
  const patience = AbortSignal.timeout(patienceMs)
  const signal = options.signal ? AbortSignal.any([options.signal, patience]) : patience
  const { input = '' } = options
  const { code, stdout, stderr } = await askMachine(() =>
    machine.exec([guestProgram, what], { input, signal }),
  )
  if (code !== 0) {
    const said = stderr.toString().trim().split('\n').at(-1) ?? ''
    throw new AppError('reclaim-guest', { what, said: said || `exit code ${code}` })
  }
  return stdout.toString()
}

async function removeAll(remove: Remove, { things, signal, told }: Job): Promise<void> {
  for (const thing of things) {
    if (signal.aborted) return
    try {
      const removed = await remove(thing)
      if (removed === 'removed') told.bytes += thing.bytes
      if (removed === 'kept') told.kept += 1
    } catch (error) {
      // Nothing more can be done without an engine; one thing that fails does not keep the others.
      if (!(error instanceof AppError) || error.code === 'engine-unreachable') throw error
      told.error ??= error
    }
    told.done += 1
    told.tell()
  }
}

/** The guest says what it freed, in blocks of 512 bytes, and of which containers the file that is written stayed. */
function tellLogs({ told, things }: Job, answer: string): void {
  for (const [, word, text] of answer.matchAll(/^(freed|kept) (\w+)$/gm)) {
    if (word === 'kept') told.kept += 1
    else told.bytes += Number(text) * 512
  }
  told.done = things.length
}

/** What was used since the plan was made stays, and so does what the plan leaves out. */
async function pruneBuilds(client: EngineClient, job: Job): Promise<void> {
  const { plannedAt, signal, things, told } = job
  if (things.length === 0) return
  const seconds = Math.max(1, Math.ceil((Date.now() - plannedAt) / 1000))
  const filters = JSON.stringify({ until: [`${seconds}s`] })
  told.bytes = await client.json(
    {
      ...{ method: 'POST', path: '/build/prune', query: { filters } },
      ...{ signal, patienceMs },
    },
    ({ SpaceReclaimed }: { SpaceReclaimed: number }) => SpaceReclaimed,
  )
  told.done = things.length
}

async function dropCaches(parts: WorkParts, { signal, told }: Job): Promise<void> {
  const { machine } = parts
  const { memory: before } = await readHost(machine)
  await askGuest(machine, 'caches', { signal })
  if (before === undefined) return
  const until = Date.now() + (parts.settleMs ?? settleMs)
  let last = before
  for (;;) {
    const { memory = before } = await readHost(machine)
    told.bytes = Math.max(0, before - memory)
    told.tell()
    const isSettled = memory < before && last - memory < before / 500
    if (isSettled || Date.now() >= until || signal.aborted) return
    last = memory
    await pause(lookMs, undefined, { signal }).catch(() => undefined)
  }
}
