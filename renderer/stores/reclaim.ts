import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ErrorShape, ReclaimChoice, ReclaimPlan, ReclaimRun } from '#api'
import { toErrorShape } from '../api/error-shape.ts'
import { useConnection } from '../api/index.ts'
import { type Reading, read } from '../api/reading.ts'

/** What is going on: a look, a plan to choose from, its being done, what came of it. */
type ReclaimPhase = 'looking' | 'choosing' | 'running' | 'over' | 'failed'

/** Winning back space; it goes on while its user looks at other pages, and what came of it waits for them. */
export const useReclaimStore = defineStore('reclaim', () => {
  const { api } = useConnection()
  const state = createState()
  const sight = createSight()
  let reading: Reading | undefined

  const end = (error?: unknown) => {
    state.phase.value = error === undefined ? 'over' : 'failed'
    state.failure.value = error === undefined ? undefined : toErrorShape(error)
    sight.end()
  }
  const looking = createLooking(state, () => api.reclaim.plan(), end)
  /** Does what was chosen of this very plan, whatever was found since. */
  const begin = (of: ReclaimPlan, chosen: readonly ReclaimChoice[]) => {
    if (state.phase.value === 'running') return
    looking.giveUp()
    clear(state)
    state.phase.value = 'running'
    state.plan.value = of
    state.choices.value = chosen
    reading = read(api.reclaim.run(of.id, [...chosen]), (now) => {
      state.run.value = now
    })
    reading.done.then(() => end(), end)
  }
  const stop = () => {
    state.isStopped.value = true
    reading?.stop()
  }
  /** Its page has come: what is under way, or ended while nobody saw it, is there; else it looks anew. */
  const show = () => {
    const isNew = sight.begin()
    if (state.phase.value === 'running' || (state.choices.value && isNew)) return
    void looking.look()
  }
  return { ...state, look: looking.look, begin, stop, show, hide: sight.leave }
})

type State = ReturnType<typeof createState>

function createState() {
  return {
    phase: shallowRef<ReclaimPhase>('looking'),
    plan: shallowRef<ReclaimPlan>(),
    /** What was chosen of the plan. */
    choices: shallowRef<readonly ReclaimChoice[]>(),
    run: shallowRef<ReclaimRun>(),
    failure: shallowRef<ErrorShape>(),
    isStopped: shallowRef(false),
  }
}

function clear({ choices, run, failure, isStopped }: State): void {
  choices.value = run.value = failure.value = undefined
  isStopped.value = false
}

/** Only the last look counts. */
function createLooking(
  state: State,
  find: () => Promise<ReclaimPlan>,
  onFailure: (error: unknown) => void,
) {
  let looks = 0
  return {
    giveUp: () => void (looks += 1),
    /** Looks anew; not while something is being done. */
    look: async () => {
      if (state.phase.value === 'running') return
      looks += 1
      const mine = looks
      clear(state)
      state.phase.value = 'looking'
      try {
        const found = await find()
        if (mine !== looks) return
        state.plan.value = found
        state.phase.value = 'choosing'
      } catch (error) {
        if (mine === looks) onFailure(error)
      }
    },
  }
}

/** Whether an end came while the page was not in sight. */
function createSight() {
  let isShown = false
  let wasSeen = true
  return {
    end: () => {
      wasSeen = isShown
    },
    /** Answers whether there is one that nobody saw, which is seen now. */
    begin: () => {
      const isNew = !wasSeen
      isShown = wasSeen = true
      return isNew
    },
    leave: () => {
      isShown = false
    },
  }
}
