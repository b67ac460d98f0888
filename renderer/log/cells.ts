/** Characters that a fixed-width face draws over two cells: CJK, Hangul, full-width forms, most emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\ud83c-\ud83e\ud840-\ud87f][\udc00-\udfff]/
const beyondLatin = /[^\u0000-\u02ff]/
const none = /[\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]/

/** Whether each character of a text is one cell wide, so that its length is its width. */
export function isRegular(text: string): boolean {
  return !beyondLatin.test(text)
}

/** The width of one character (a whole code point) in cells. */
function widthOf(character: string): 0 | 1 | 2 {
  if (none.test(character)) return 0
  return wide.test(character) ? 2 : 1
}

/** The width of a text in cells. */
export function countCells(text: string): number {
  if (isRegular(text)) return text.length
  let cells = 0
  for (const character of text) cells += widthOf(character)
  return cells
}

/**
 * How many rows of `columns` cells a line of `cells` takes. A row of an irregular line keeps one cell in reserve, for
 * a wide character that begins in its last cell: so the number follows from the width alone, without a look at the text.
 */
export function countRows(cells: number, columns: number, regular: boolean): number {
  const step = rowStep(columns, regular)
  return step === 0 ? 1 : Math.max(1, Math.ceil(cells / step))
}

function rowStep(columns: number, regular: boolean): number {
  return regular || columns <= 1 ? columns : columns - 1
}

/** The part of a text that stands in its row number `part`; [start, end) as UTF-16 offsets. `columns` 0: no wrapping. */
export function sliceRow(text: string, part: number, columns: number): [number, number] {
  if (columns === 0) return [0, text.length]
  if (isRegular(text)) {
    const start = Math.min(part * columns, text.length)
    return [start, Math.min(start + columns, text.length)]
  }
  const step = rowStep(columns, false)
  return [offsetAt(text, part * step), offsetAt(text, (part + 1) * step)]
}

/** Offset of the first character that begins at `cell` or after it. */
function offsetAt(text: string, cell: number): number {
  let cells = 0
  let offset = 0
  for (const character of text) {
    const width = widthOf(character)
    if (cells >= cell && width > 0) return offset
    cells += width
    offset += character.length
  }
  return text.length
}
