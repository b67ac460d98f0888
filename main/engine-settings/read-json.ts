import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import type { EngineProblem, EngineProblemCode } from '#api'
import { placeOf } from './place.ts'

/** No engine has settings of this size, and they are read over again whenever somebody types. */
const mostBytes = 256 * 1024
const deepest = 50

/** The text's value with where all of it stands; or the first thing that keeps the text from being JSON. */
export type ReadJson = { root: Node } | { problem: EngineProblem }

/** As strictly as the engine reads it: no comments, no trailing commas, and more than that no name twice. */
export function readJson(text: string): ReadJson {
  const at = (offset: number, code: EngineProblemCode, params: EngineProblem['params'] = {}) => ({
    problem: { ...placeOf(text, offset), path: '', code, params },
  })
  if (Buffer.byteLength(text) > mostBytes)
    return at(0, 'json-large', { kibibytes: mostBytes / 1024 })
  if (text.startsWith('\uFEFF')) return at(0, 'json-mark')
  if (text.trim() === '') return at(0, 'json-empty')
  const deep = findDeep(text)
  if (deep !== undefined) return at(deep, 'json-deep', { most: deepest })
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false })
  const [first] = errors
  if (first) return at(...toProblem(text, first))
  if (!root || !isStrict(text)) return at(0, 'json-value')
  if (root.type !== 'object') return at(root.offset, 'json-object')
  const again = findAgain(root)
  if (again) return at(again.offset, 'json-twice', { key: String(again.value) })
  return { root }
}

function toProblem(text: string, { error, offset }: ParseError): [number, EngineProblemCode] {
  const before = text.slice(0, offset).trimEnd()
  const isClosed = /[}\]]/.test(text.charAt(offset))
  if (before.endsWith(',') && isClosed) return [before.length - 1, 'json-trailing-comma']
  if (/^\/[/*]/.test(text.slice(offset))) return [offset, 'json-comment']
  return [offset, codes[printParseErrorCode(error)] ?? 'json-value']
}

const codes: Readonly<Record<string, EngineProblemCode>> = {
  PropertyNameExpected: 'json-name',
  ColonExpected: 'json-colon',
  CommaExpected: 'json-comma',
  CloseBraceExpected: 'json-open',
  CloseBracketExpected: 'json-open',
  UnexpectedEndOfString: 'json-open',
  EndOfFileExpected: 'json-after',
}

/** The parser goes down as deep as the text does. */
function findDeep(text: string): number | undefined {
  let depth = 0
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\\n]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') depth += 1
    else if (token === ']' || token === '}') depth -= 1
    if (depth > deepest) return index
  }
  return undefined
}

/** The last word on what is JSON is not the parser's that knows where things stand. */
function isStrict(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** A name that stands a second time in one object: the engine takes the last, and nobody sees which. */
function findAgain(node: Node): Node | undefined {
  const seen = new Set<unknown>()
  for (const child of node.children ?? []) {
    const name = child.type === 'property' ? child.children?.[0] : undefined
    if (name && seen.has(name.value)) return name
    if (name) seen.add(name.value)
    const inner = findAgain(child)
    if (inner) return inner
  }
  return undefined
}
