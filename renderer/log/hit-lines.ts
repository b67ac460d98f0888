/** Which lines of a text match, by their index. One run over the whole text: a match skips to the next line. */
export function findHitLines(text: string, expression: RegExp): number[] {
  const hits: number[] = []
  let line = 0
  let start = 0
  let end = endOf(text, start)
  expression.lastIndex = start
  for (let match = expression.exec(text); match; match = expression.exec(text)) {
    while (match.index > end) {
      line += 1
      start = end + 1
      end = endOf(text, start)
    }
    if (!match[0].includes('\n') || matchesAlone(text.slice(start, end), expression))
      hits.push(line)
    if (end >= text.length) return hits
    line += 1
    start = end + 1
    end = endOf(text, start)
    expression.lastIndex = start
  }
  return hits
}

function endOf(text: string, start: number): number {
  const end = text.indexOf('\n', start)
  return end === -1 ? text.length : end
}

/** An expression that ran over a line's end (as `\s` does) has to match the line by itself. */
function matchesAlone(line: string, expression: RegExp): boolean {
  expression.lastIndex = 0
  return expression.test(line)
}
