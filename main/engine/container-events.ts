import type { EngineEvent } from './changes.ts'

/** What only looks at a container, or happens inside it: `exec_create: sh`, `top`, `copy` … */
const harmless =
  /^(exec_\w+|top|attach|detach|copy|export|resize|commit|archive-path|extract-to-dir)\b/

/** Whether an event of a container can have changed what is shown of it. */
export function isContainerNews({ action }: EngineEvent): boolean {
  return !harmless.test(action)
}

/**
 * Whether the engine tells this before its list shows it: moby writes `pause` and `unpause` to the feed while it still
 * holds the container, and puts the new state where the list is made from after that. An inspect waits for the
 * container, so what is listed after one is right.
 */
export function isToldEarly({ action }: EngineEvent): boolean {
  return action === 'pause' || action === 'unpause'
}
