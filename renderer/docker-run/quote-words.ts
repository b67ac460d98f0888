const plain = /^[\w@%+=:,./-]+$/

/** Words as one line for a POSIX shell. Only what needs quotes gets them: the line is there to be read. */
export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ')
}

function quoteWord(word: string): string {
  if (plain.test(word)) return word
  return `'${word.replaceAll("'", `'\\''`)}'`
}
