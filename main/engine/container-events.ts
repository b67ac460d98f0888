import type { EngineEvent } from './changes.ts'

/** What only looks at a container, or happens inside it: `exec_create: sh`, `top`, `copy` … */
const harmless =
  /^(exec_\w+|top|attach|detach|copy|export|resize|commit|archive-path|extract-to-dir)\b/

/** Whether an event of a container can have changed what is shown of it. */
export function isContainerNews({ action }: EngineEvent): boolean {
  return !harmless.test(action)
}
