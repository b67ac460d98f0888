/** A node of a JSON value as one row of a tree. */
export interface JsonRow {
  /** As jq would be asked for it: `.State.Health.Log[0]`. Names the node. */
  path: string
  depth: number
  /** Name or index in what holds it; empty for the root. */
  key: string
  kind: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null'
  /** A leaf as JSON writes it; empty for what holds others. */
  text: string
  /** How many it holds. */
  size: number
  value: unknown
}

const plainKey = /^[A-Za-z_$][\w$]*$/

/** The path of a member of `parent`. */
export function toPath(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`
  return plainKey.test(key) ? `${parent}.${key}` : `${parent}[${JSON.stringify(key)}]`
}

function kindOf(value: unknown): JsonRow['kind'] {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'object') return 'object'
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'boolean' : 'string'
}

function membersOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return value.map((member: unknown, index) => [index, member])
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

function toRow(value: unknown, path: string, depth: number, key: string | number): JsonRow {
  const kind = kindOf(value)
  const holds = kind === 'object' || kind === 'array'
  return {
    path: path === '' ? '.' : path,
    depth,
    key: String(key),
    kind,
    text: holds ? '' : JSON.stringify(value),
    size: holds ? membersOf(value).length : 0,
    value,
  }
}

/** The rows in sight: the members of the root, and of every node that is open. */
export function toJsonRows(root: unknown, isOpen: (path: string) => boolean): JsonRow[] {
  const rows: JsonRow[] = []
  const visit = (value: unknown, path: string, depth: number) => {
    for (const [key, member] of membersOf(value)) {
      const memberPath = toPath(path, key)
      rows.push(toRow(member, memberPath, depth, key))
      if (isOpen(memberPath)) visit(member, memberPath, depth + 1)
    }
  }
  if (membersOf(root).length === 0) return [toRow(root, '', 0, '')]
  visit(root, '', 0)
  return rows
}

/** Paths of all that holds something, down to `depth` levels. */
export function toOpenPaths(root: unknown, depth = Number.POSITIVE_INFINITY): Set<string> {
  const paths = new Set<string>()
  const visit = (value: unknown, path: string, level: number) => {
    if (level >= depth) return
    for (const [key, member] of membersOf(value)) {
      if (membersOf(member).length === 0) continue
      const memberPath = toPath(path, key)
      paths.add(memberPath)
      visit(member, memberPath, level + 1)
    }
  }
  visit(root, '', 0)
  return paths
}

/** The nodes whose name or value holds `text`, in order, and all that has to be open to see them. */
export function findInJson(root: unknown, text: string): { found: string[]; open: Set<string> } {
  const [found, open] = [[] as string[], new Set<string>()]
  const wanted = text.toLowerCase()
  const visit = (value: unknown, path: string, above: readonly string[]) => {
    for (const [key, member] of membersOf(value)) {
      const memberPath = toPath(path, key)
      const row = toRow(member, memberPath, 0, key)
      const named = typeof key === 'string' && key.toLowerCase().includes(wanted)
      if (named || row.text.toLowerCase().includes(wanted)) {
        found.push(memberPath)
        for (const parent of above) open.add(parent)
      }
      visit(member, memberPath, [...above, memberPath])
    }
  }
  if (wanted !== '') visit(root, '', [])
  return { found, open }
}

/** A node's value for the clipboard: a string as it is, anything else as JSON. */
export function toClipboardText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}
