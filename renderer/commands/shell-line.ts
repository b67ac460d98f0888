import { quoteWords } from '../docker-run/quote-words.ts'

export const shells = ['posix', 'powershell'] as const
export type Shell = (typeof shells)[number]

/** Words as a line that a shell splits into the same words. */
export function toShellLine(argv: readonly string[], shell: Shell = 'posix'): string {
  return shell === 'posix' ? quoteWords(argv) : argv.map(toPowerShellWord).join(' ')
}

function toPowerShellWord(word: string): string {
  // A comma makes a list, a word that begins with @ or % is something else, and -a.b are two words.
  if (/^[\w+=:./\\-][\w%+=:./\\@-]*$/.test(word) && !/^-\w[^.:]*[.:]/.test(word)) return word
  // Typographic quotes end a text as well as plain ones do.
  return `'${word.replaceAll(/['\u2018-\u201b]/g, '$&$&')}'`
}
