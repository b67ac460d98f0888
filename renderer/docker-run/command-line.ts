/**
 * Splits a typed command into its words as a shell would: quotes keep spaces, a backslash keeps the next character.
 * Nothing is expanded. Undefined when a quote is left open.
 */
export function splitCommand(text: string): string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let index = 0; index < text.length; index += 1) {
    const letter = text.charAt(index)
    if (letter === '\\' && quote !== "'" && index + 1 < text.length) {
      index += 1
      word = (word ?? '') + text.charAt(index)
    } else if (quote !== '') {
      if (letter === quote) quote = ''
      else word = (word ?? '') + letter
    } else if (letter === '"' || letter === "'") {
      quote = letter
      word ??= ''
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? '') + letter
    }
  }
  if (quote !== '') return undefined
  if (word !== undefined) words.push(word)
  return words
}
