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

  /** Whether a name may be written with escapes; the engine writes none so. */
  readonly #mayEscape: boolean

  private constructor(text: string, mayEscape: boolean) {
    this.text = text
    this.#mayEscape = mayEscape
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
    return new JsonText(text, text.includes('\\'))
  }

  /** A text that is known to be JSON, as the engine's is. */
  static trusted(bytes: Buffer): JsonText {
    return new JsonText(bytes.toString('latin1'), false)
  }

  /** The value itself. */
  value(span: Span | undefined): unknown {
    if (!span) return undefined
    const text = this.text.slice(span.start, span.end)
    // Most are strings that stand for themselves, and an answer may have a hundred thousand.
    if (plainString.test(text)) return text.slice(1, -1)
    return JSON.parse(Buffer.from(text, 'latin1').toString('utf8'))
  }

  /** The member at the end of this path of names. Names are compared as the engine does: without their case. */
  find(from: Span, ...path: string[]): Span | undefined {
    let at: Span | undefined = from
    for (const name of path) {
      if (!at) return undefined
      at = this.#member(at, name.toLowerCase())
    }
    return at && this.text[at.start] === 'n' ? undefined : at
  }

  /** The members of an object, with their names; none for anything else. */
  members(object: Span): { key: string; value: Span }[] {
    const found: { key: string; value: Span }[] = []
    this.#eachMember(object, (key, value) => found.push({ key: String(this.value(key)), value }))
    return found
  }

  /** The last of this name, which is in lower case and plain; it is looked at only where the length is right. */
  #member(object: Span, name: string): Span | undefined {
    let found: Span | undefined
    this.#eachMember(object, (key, value) => {
      if (key.end - key.start - 2 !== name.length && !this.#mayEscape) return
      if (this.#nameAt(key).toLowerCase() === name) found = value
    })
    return found
  }

  #nameAt(key: Span): string {
    const name = this.text.slice(key.start + 1, key.end - 1)
    return this.#mayEscape && name.includes('\\') ? String(this.value(key)) : name
  }

  #eachMember(object: Span, onMember: (key: Span, value: Span) => void): void {
    if (this.text[object.start] !== '{') return
    let at = skipSpace(this.text, object.start + 1)
    while (this.text[at] === '"') {
      const key = { start: at, end: skipString(this.text, at) }
      const start = skipSpace(this.text, skipSpace(this.text, key.end) + 1)
      const end = skipValue(this.text, start)
      onMember(key, { start, end })
      at = skipSpace(this.text, skipSpace(this.text, end) + 1)
    }
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

  /** Takes a member away from an object that has it once at most. */
  without(object: Span, name: string): Edit[] {
    const found: { key: Span; value: Span }[] = []
    this.#eachMember(object, (key, value) => found.push({ key, value }))
    const at = found.findLastIndex(({ key }) => this.value(key) === name)
    const [before, own, after] = [found[at - 1], found[at], found[at + 1]]
    if (!own) return []
    if (before) return [{ start: before.value.end, end: own.value.end, text: '' }]
    return [{ start: own.key.start, end: after?.key.start ?? own.value.end, text: '' }]
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

const plainString = /^"[ !#-[\]-~]*"$/

const [quote, comma, backslash] = [34, 44, 92] as const
const [openObject, closeObject, openArray, closeArray] = [123, 125, 91, 93] as const

function skipSpace(text: string, start: number): number {
  let at = start
  while (text.charCodeAt(at) <= 32) at++
  return at
}

/** The index after the value that begins at `start`. */
function skipValue(text: string, start: number): number {
  const first = text.charCodeAt(start)
  if (first === quote) return skipString(text, start)
  if (first !== openObject && first !== openArray) return skipScalar(text, start)
  let depth = 0
  let at = start
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      at = skipString(text, at)
      continue
    }
    at++
    if (code === openObject || code === openArray) depth++
    else if ((code === closeObject || code === closeArray) && --depth === 0) return at
  }
  return at
}

function skipScalar(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code <= 32 || code === comma || code === closeObject || code === closeArray) return at
  }
  return text.length
}

function skipString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at - 1
    while (text.charCodeAt(before) === backslash) before--
    // An even number of backslashes stand for themselves.
    if ((at - before) % 2 === 1) return at + 1
  }
  return text.length
}
