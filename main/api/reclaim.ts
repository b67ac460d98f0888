import type { ErrorShape } from './errors.ts'

/** What space can be won back from, in the order in which that is done. */
export const reclaimKinds = [
  'containers',
  'dangling-images',
  'images',
  'build-cache',
  'anonymous-volumes',
  'volumes',
  'logs',
  'trim',
  'caches',
] as const
export type ReclaimKind = (typeof reclaimKinds)[number]

/** One thing that would go: an image, a volume, a container or its log. */
export interface ReclaimThing {
  id: string
  name: string
  /** Of an image with several: all of them go with it. */
  names?: string[]
  bytes: number
}

export interface ReclaimItem {
  kind: ReclaimKind
  /** What it takes: at most what comes back, where layers are shared. */
  bytes: number
  /** Of all things; 0 where there are none to be told apart. */
  count: number
  /** The largest of them, first. */
  things: ReclaimThing[]
  /** Chosen unless somebody says otherwise: nothing is lost by it that cannot be had again. */
  ticked: boolean
  frees: 'disk' | 'memory'
}

/** What the machine takes of this computer: bytes. `memory` is absent where it cannot be known. */
export interface HostBytes {
  disk: number
  memory?: number
}

/** Whether this computer gets back what the machine no longer needs. */
export interface ReclaimReturns {
  /** False: the disk's file stays as large as it is, and its free room is used again. */
  disk: boolean
  /** False: memory comes back when the machine stops. */
  memory: boolean
}

/** What could be won back, as it was when somebody looked. */
export interface ReclaimPlan {
  id: string
  items: ReclaimItem[]
  host: HostBytes
  returns: ReclaimReturns
}

/** All of a kind that the plan has shown, or only the things of these ids or names, where it has things to be told apart. */
export interface ReclaimChoice {
  kind: ReclaimKind
  only?: string[]
}

export interface ReclaimStep {
  kind: ReclaimKind
  state: 'waiting' | 'doing' | 'done' | 'failed'
  /** Won back so far. */
  bytes: number
  /** How many things are done with, of how many. */
  done: number
  of: number
  /** Things that have come into use since the plan was made, and were left. */
  kept: number
  error?: ErrorShape
}

export interface ReclaimRun {
  steps: ReclaimStep[]
  before: HostBytes
  /** Once all steps are over. */
  after?: HostBytes
}

export interface ReclaimApi {
  /** Looks at what takes space, and changes nothing. The engine walks its store for it, which takes a while. */
  plan(): Promise<ReclaimPlan>
  /**
   * Does what was chosen of a plan, and nothing that the plan did not show; a step that fails does not keep the others
   * from being done. Leaving the stream ends it after what is being done.
   */
  run(plan: string, choices: ReclaimChoice[]): AsyncIterable<ReclaimRun>
}
