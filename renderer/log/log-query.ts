/** What is looked for in a log. */
export interface LogQuery {
  text: string
  regex: boolean
  matchCase: boolean
  word: boolean
}

// Neither `-` nor `/` means anything outside of brackets, and with `u` an escaped `-` is no expression at all.
const special = /[.*+?^${}()|[\]\\]/g
const letter = String.raw`[\p{L}\p{N}_]`

/** The expression for a query; undefined for an empty one. Throws a SyntaxError for a regular expression that is none. */
export function toExpression({ text, regex, matchCase, word }: LogQuery): RegExp | undefined {
  if (text === '') return undefined
  const core = regex ? text : text.replace(special, String.raw`\$&`)
  const source = word ? `(?<!${letter})(?:${core})(?!${letter})` : core
  // `m`: a line's borders are what ^ and $ mean, as a block holds many lines.
  return new RegExp(source, `gm${matchCase ? '' : 'i'}${word ? 'u' : ''}`)
}

/** Where an expression matches a text, as [start, end) pairs; empty matches are left out. */
export function findRanges(text: string, expression: RegExp, most = 200): [number, number][] {
  const ranges: [number, number][] = []
  expression.lastIndex = 0
  for (
    let match = expression.exec(text);
    match && ranges.length < most;
    match = expression.exec(text)
  ) {
    if (match[0] === '') expression.lastIndex += 1
    else ranges.push([match.index, match.index + match[0].length])
  }
  return ranges
}
