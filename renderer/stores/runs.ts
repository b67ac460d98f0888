import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ErrorShape } from '#api'
import type { RunDraft } from '../docker-run/run-draft.ts'

/** What was typed into the run form and not run, until the window closes: it may hold passwords, so it goes nowhere else. */
export interface KeptRun {
  draft: RunDraft
  /** Why it could not be run, when it was tried. */
  refusal?: ErrorShape
}

export const useRunsStore = defineStore('runs', () => {
  const kept = shallowRef<KeptRun>()
  const keep = (run: KeptRun | undefined) => {
    kept.value = run
  }
  return { kept, keep }
})
