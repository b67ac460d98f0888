import type { Machine } from '../../vm/index.ts'

/**
 * Listens for a machine's ends that nobody asked for: the rows after one fail with errors that do not tell why.
 * @returns each so far, with the console's last lines.
 */
export function listenForEnds(machine: Machine): () => string[] {
  const ends = new Set<string>()
  machine.onChange(({ state }) => {
    if (state.phase !== 'failed') return
    const { error } = state
    ends.add(`the machine has ended: ${error.message}\n${error.serial.join('\n')}`)
  })
  return () => [...ends]
}
