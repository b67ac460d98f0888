/** Where a person finds it: lines and columns begin at 1. */
export interface Place {
  line: number
  column: number
}

export function placeOf(text: string, offset: number): Place {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/)
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}
