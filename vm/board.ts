import { EventEmitter } from 'node:events'
import type { VmError } from './errors.ts'
import type { Limits } from './limits/machine-limits.ts'
import {
  startStages,
  type GuestRepair,
  type LinkHealth,
  type LinkName,
  type MachineProcess,
  type MachineSnapshot,
  type MachineState,
  type StageReport,
  type StartStage,
} from './machine-state.ts'

const links: readonly LinkName[] = ['process', 'boot', 'ssh', 'socket', 'engine', 'clock']

/** Holds what the machine tells of itself. Each change makes a new snapshot; none is ever altered. */
export interface Board {
  readonly snapshot: MachineSnapshot
  onChange(listener: (snapshot: MachineSnapshot) => void): () => void
  setState(state: MachineState): void
  /** Runs one step of a start: times it, and adds the stage to a failure's state. */
  stage<T>(stage: StartStage, work: () => Promise<T>): Promise<T>
  /** Begins a new start: all stages pending, and nothing repaired yet. */
  resetStages(): void
  /** The process of the start under way, shown from now on. */
  setProcess(process: MachineProcess | undefined): void
  /** What it may use has changed. */
  changeProcess(change: Partial<Limits>): void
  setHealth(link: LinkName, state: LinkHealth['state'], error?: VmError): void
  /** The guest's kernel has ended a program: its name and process id. */
  noteOutOfMemory(killed: string): void
  /** The guest has mended something; told again, it is no news. */
  noteRepair(repair: GuestRepair): void
  /** All links back to unknown, as when there is no process. Repairs are kept. */
  resetHealth(): void
}

export function createBoard(): Board {
  const changes = new EventEmitter<{ change: [MachineSnapshot] }>()
  changes.setMaxListeners(0)
  let snapshot: MachineSnapshot = {
    state: { phase: 'stopped' },
    stages: pendingStages(),
    health: links.map((link) => ({ link, state: 'unknown', repairs: 0 })),
    repairs: [],
  }
  const read = () => snapshot
  const update = (change: Partial<MachineSnapshot>) => {
    snapshot = { ...snapshot, ...change }
    changes.emit('change', snapshot)
  }
  return {
    get snapshot() {
      return snapshot
    },
    onChange(listener) {
      changes.on('change', listener)
      return () => {
        changes.off('change', listener)
      }
    },
    setState: (state) => {
      update({ state })
    },
    noteOutOfMemory: (killed) => {
      update({ outOfMemory: { at: Date.now(), killed } })
    },
    noteRepair: ({ what, file }) => {
      const { repairs } = snapshot
      if (repairs.some((one) => one.what === what && one.file === file)) return
      update({ repairs: [...repairs, { what, file }] })
    },
    ...stageKeeper(read, update),
    ...healthKeeper(read, update),
  }
}

type Read = () => MachineSnapshot
type Update = (change: Partial<MachineSnapshot>) => void

function stageKeeper(
  read: Read,
  update: Update,
): Pick<Board, 'stage' | 'resetStages' | 'setProcess' | 'changeProcess'> {
  let process: MachineProcess | undefined
  const report = (stage: StartStage, state: StageReport['state'], ms?: number) => {
    update({
      stages: read().stages.map((one) => (one.stage === stage ? { stage, state, ms } : one)),
    })
  }
  return {
    resetStages: () => {
      update({ stages: pendingStages(), repairs: [] })
    },
    setProcess(found) {
      process = found
      const { state } = read()
      if (state.phase === 'starting') update({ state: { ...state, process } })
    },
    changeProcess(change) {
      const { state } = read()
      if (state.phase !== 'running') return
      const { live } = state.process
      // A disk never gets smaller again.
      const least = Math.max(live.diskGiB.min, Math.ceil(change.diskGiB ?? 0))
      const changed = { ...change, live: { ...live, diskGiB: { ...live.diskGiB, min: least } } }
      update({ state: { ...state, process: { ...state.process, ...changed } } })
    },
    async stage(stage, work) {
      const began = performance.now()
      const elapsed = () => Math.round(performance.now() - began)
      update({ state: { phase: 'starting', stage, process } })
      report(stage, 'active')
      try {
        const result = await work()
        report(stage, 'done', elapsed())
        return result
      } catch (error) {
        report(stage, 'failed', elapsed())
        throw error
      }
    },
  }
}

function healthKeeper(read: Read, update: Update): Pick<Board, 'setHealth' | 'resetHealth'> {
  return {
    setHealth(link, state, error) {
      const before = read().health.find((one) => one.link === link)
      if (before?.state === state && before.error?.code === error?.code) return
      update({
        health: read().health.map((one) => (one.link === link ? heal(one, state, error) : one)),
      })
    },
    resetHealth() {
      update({
        health: read().health.map(({ link, repairedAt, repairs, mended }): LinkHealth => ({
          ...{ link, state: 'unknown', repairedAt, repairs, mended },
        })),
      })
    },
  }
}

/** Coming back to `ok` from trouble is a repair; coming from `unknown` is only the beginning. */
function heal(before: LinkHealth, state: LinkHealth['state'], error?: VmError): LinkHealth {
  const repaired = state === 'ok' && (before.state === 'repairing' || before.state === 'down')
  return {
    link: before.link,
    state,
    repairedAt: repaired ? Date.now() : before.repairedAt,
    repairs: before.repairs + (repaired ? 1 : 0),
    mended: repaired ? before.error : before.mended,
    error: state === 'ok' ? undefined : error,
  }
}

function pendingStages(): StageReport[] {
  return startStages.map((stage) => ({ stage, state: 'pending' }))
}
