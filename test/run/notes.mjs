import { appendFileSync } from 'node:fs'

/** The file a runner's reporter writes its notes to. */
export const notesVariable = 'BERTH_TEST_NOTES'

/**
 * Writes a note at once, so that a runner that is killed leaves what it had found.
 * @param {import('./tally.mjs').Note} note
 */
export function writeNote(note) {
  const file = process.env[notesVariable]
  if (file) appendFileSync(file, `${JSON.stringify(note)}\n`)
}
