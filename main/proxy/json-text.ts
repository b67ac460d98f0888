/** Where a value stands in the text. */
export interface Span {
  start: number
  end: number
}

export interface Edit extends Span {
  text: string
}

/**
 * A JSON text whose values are found and replaced where they stand, so that all else keeps its bytes: numbers that no
 * double holds, the order of keys, the way strings are escaped. Held as one character a byte.
 */
export class JsonText {
  readonly text: string
  readonly root: Span

  private constructor(text: string) {
    this.text = text
    const start = skipSpace(text, 0)
    this.root = { start, end: skipValue(text, start) }
  }

  /** Undefined for what is no JSON: the engine may say so itself. */
  static parse(bytes: Buffer): JsonText | undefined {
    const text = bytes.toString('latin1')
    try {
      JSON.parse(text)
    } catch {
      return undefined
    }
    return new JsonText(text)
  }

  /** A text that is known to be JSON, as the engine's is. */
  static trusted(bytes: Buffer): JsonText {
    return new JsonText(bytes.toString('latin1'))
  }

  /** The value itself. */
  value(span: Span | undefined): unknown {
    if (!span) return undefined
    const bytes = Buffer.from(this.text.slice(span.start, span.end), 'latin1')
    return JSON.parse(bytes.toString('utf8'))
  }

  /** The member at the end of this path of names. Names are compared as the engine does: without their case. */
  find(from: Span, ...path: string[]): Span | undefined {
    let at: Span | undefined = from
    for (const name of path) {
      if (!at) return undefined
      const wanted = name.toLowerCase()
      at = this.members(at).findLast(({ key }) => key.toLowerCase() === wanted)?.value
    }
    return at && this.text[at.start] === 'n' ? undefined : at
  }

  /** The members of an object, with their names; none for anything else. */
  members(object: Span): { key: string; value: Span }[] {
    const found: { key: string; value: Span }[] = []
    if (this.text[object.start] !== '{') return found
    let at = skipSpace(this.text, object.start + 1)
    while (this.text[at] === '"') {
      const keyEnd = skipValue(this.text, at)
      const start = skipSpace(this.text, skipSpace(this.text, keyEnd) + 1)
      const end = skipValue(this.text, start)
      found.push({ key: String(this.value({ start: at, end: keyEnd })), value: { start, end } })
      at = skipSpace(this.text, skipSpace(this.text, end) + 1)
    }
    return found
  }

  /** The items of an array; none for anything else. */
  items(array: Span | undefined): Span[] {
    const found: Span[] = []
    if (!array || this.text[array.start] !== '[') return found
    let start = skipSpace(this.text, array.start + 1)
    while (start < array.end - 1) {
      const end = skipValue(this.text, start)
      found.push({ start, end })
      start = skipSpace(this.text, skipSpace(this.text, end) + 1)
    }
    return found
  }

  replace({ start, end }: Span, value: unknown): Edit {
    return { start, end, text: toText(value) }
  }

  /** Gives an object a member, in place of the one that it has by this very name. */
  set(object: Span, name: string, value: unknown): Edit {
    const members = this.members(object)
    const own = members.findLast(({ key }) => key === name)
    if (own) return this.replace(own.value, value)
    const at = object.start + 1
    const comma = members.length > 0 ? ',' : ''
    return { start: at, end: at, text: `${toText(name)}:${toText(value)}${comma}` }
  }

  with(edits: readonly Edit[]): Buffer {
    const parts: string[] = []
    let at = 0
    for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
      parts.push(this.text.slice(at, edit.start), edit.text)
      at = edit.end
    }
    parts.push(this.text.slice(at))
    return Buffer.from(parts.join(''), 'latin1')
  }
}

function toText(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('latin1')
}

const space = /[^ \t\r\n]/g
const structure = /["{}[\]]/g
const scalarEnd = /[,\]}\s]/g

function skipSpace(text: string, at: number): number {
  return next(space, text, at)
}

/** The index after the value that begins at `start`. */
function skipValue(text: string, start: number): number {
  const first = text[start]
  if (first === '"') return skipString(text, start)
  if (first !== '{' && first !== '[') return next(scalarEnd, text, start)
  let depth = 0
  for (let at = start; at < text.length; at = next(structure, text, at)) {
    const found = text[at]
    if (found === '"') {
      at = skipString(text, at)
      continue
    }
    depth += found === '{' || found === '[' ? 1 : -1
    at++
    if (depth === 0) return at
  }
  return text.length
}

function skipString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at - 1
    while (text[before] === '\\') before--
    // An even number of backslashes stand for themselves.
    if ((at - before) % 2 === 1) return at + 1
  }
  return text.length
}

function next(what: RegExp, text: string, from: number): number {
  what.lastIndex = from
  return what.exec(text)?.index ?? text.length
}
