import { appendFileSync } from 'node:fs'
import { basename } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

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

/**
 * How a test failed, in a line: the beginning of the error's message, and where it was thrown.
 * @param {string} [message]
 * @param {{ file: string, line: number }} [place]
 */
export function toReason(message = '', place) {
  const lines = stripVTControlCharacters(message).split('\n')
  const begin = lines.flatMap((line) => line.trim() || []).slice(0, 5)
  if (place) begin.push(`(${basename(place.file)}:${place.line})`)
  return begin.join(' ').slice(0, 400)
}
