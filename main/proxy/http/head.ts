/** The first line and the headers of a message, as their bytes say them. */
export interface Head {
  /** All of it, with the blank line that ends it, one character a byte. */
  readonly text: string
  readonly startLine: string
  /** Every value of a header, in lower case; names are in lower case. */
  values(name: string): string[]
  /** Whether a header that is a list of words (`Connection`, `Transfer-Encoding`) has this one. */
  has(name: string, word: string): boolean
}

export interface RequestHead extends Head {
  method: string
  /** Path and query as they were sent. */
  target: string
}

export interface AnswerHead extends Head {
  status: number
}

const requestLine = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/
const statusLine = /^HTTP\/1\.[01] (\d{3})(?: .*)?$/
const headerName = /^[!#$%&'*+.^_`|~\w-]+$/

/** Undefined for what is no head of a request that we understand. */
export function parseRequestHead(bytes: Buffer): RequestHead | undefined {
  const head = parseHead(bytes)
  const [, method, target] = requestLine.exec(head?.startLine ?? '') ?? []
  return head && method && target ? { ...head, method, target } : undefined
}

/** Undefined for what is no head of an answer that we understand. */
export function parseAnswerHead(bytes: Buffer): AnswerHead | undefined {
  const head = parseHead(bytes)
  const [, status] = statusLine.exec(head?.startLine ?? '') ?? []
  return head && status ? { ...head, status: Number(status) } : undefined
}

/** The same head for a body of `length` bytes that is sent as it is; nothing else in it changes. */
export function withBodyOf(head: Head, length: number): Buffer {
  const framing = /^(content-length|transfer-encoding|trailer|expect)[ \t]*:/i
  const kept = head.text.split('\n').filter((line) => !framing.test(line))
  // The last two are the blank line and what follows it: nothing.
  kept.splice(-2, 2, `Content-Length: ${length}\r`, '\r', '')
  return Buffer.from(kept.join('\n'), 'latin1')
}

function parseHead(bytes: Buffer): Head | undefined {
  const text = bytes.toString('latin1')
  const [startLine = '', ...lines] = text.trimEnd().split(/\r?\n/)
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    // A folded line, or one that no client of an engine sends: better not to guess.
    if (colon === -1 || !headerName.test(name)) return undefined
    const value = line.slice(colon + 1).trim()
    headers.set(name, [...(headers.get(name) ?? []), value.toLowerCase()])
  }
  const values = (name: string) => headers.get(name) ?? []
  const has = (name: string, word: string) =>
    values(name).some((value) => value.split(',').some((one) => one.trim() === word))
  return { text, startLine, values, has }
}
