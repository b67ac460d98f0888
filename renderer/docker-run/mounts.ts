import type { MountSpec } from '#api'
import { ValueRefused } from './problems.ts'

export interface ReadMount {
  mount: MountSpec
  /** Parts that a MountSpec cannot say. */
  dropped: string[]
}

/** `[source:]target[:options]` of -v; the source may be a Windows path with its drive. */
export function parseVolume(text: string): ReadMount {
  const { source, target, options } = splitVolume(text.trim())
  if (!target.startsWith('/')) throw new ValueRefused('path')
  const words = options === '' ? [] : options.split(',')
  const readOnly = words.some((word) => word === 'ro' || word === 'readonly')
  const dropped = words.filter((word) => !['ro', 'readonly', 'rw'].includes(word))
  const mount: MountSpec = {
    kind: isPath(source) ? 'bind' : 'volume',
    ...(source !== '' && { source }),
    target,
    ...(readOnly && { readOnly }),
  }
  return { mount, dropped }
}

function splitVolume(text: string): { source: string; target: string; options: string } {
  // A drive's colon is no separator, and neither is one within `${…}`.
  const drive = /^[A-Za-z]:(?=\\|\/[^:]*:\/)/.exec(text)?.[0] ?? ''
  const [first = '', ...rest] = text.slice(drive.length).split(/:(?![^{]*\})/)
  if (rest.length > 2) throw new ValueRefused('mount')
  if (rest.length === 0) return { source: '', target: drive + first, options: '' }
  const [second = '', options = ''] = rest
  return { source: drive + first, target: second, options }
}

/** Paths, and what a shell would have turned into one; anything else is a volume's name. */
function isPath(source: string): boolean {
  return /^(?:[/\\~.$%`]|[A-Za-z]:[\\/])/.test(source)
}

const kinds = ['bind', 'volume', 'tmpfs'] as const

/** `type=bind,source=…,target=…,readonly` of --mount. */
export function parseMount(text: string): ReadMount {
  const pairs = splitCsv(text).map((part) => {
    const at = part.indexOf('=')
    return at === -1 ? { name: part, value: 'true' } : toPair(part, at)
  })
  const find = (...names: string[]) => pairs.find(({ name }) => names.includes(name))?.value
  const kind = kinds.find((known) => known === (find('type') ?? 'volume'))
  const target = find('target', 'dst', 'destination')
  if (!kind) throw new ValueRefused('mount')
  if (!target?.startsWith('/')) throw new ValueRefused('path')
  const source = find('source', 'src')
  const readOnly = find('readonly', 'ro')
  const mount: MountSpec = {
    kind,
    ...(source !== undefined && kind !== 'tmpfs' && { source }),
    target,
    ...(readOnly !== undefined && readOnly !== 'false' && readOnly !== '0' && { readOnly: true }),
  }
  return { mount, dropped: pairs.filter(({ name }) => !known.has(name)).map(toText) }
}

/** Fields with commas stand in double quotes, as in a CSV file. */
function splitCsv(text: string): string[] {
  const fields = text.match(/(?:"(?:[^"]|"")*"|[^,"])+/g) ?? []
  return fields.map((field) =>
    field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field,
  )
}

function toCsv(field: string): string {
  return /[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}

const known: ReadonlySet<string> = new Set([
  ...['type', 'source', 'src', 'target', 'dst', 'destination', 'readonly', 'ro'],
])

function toPair(part: string, at: number) {
  return { name: part.slice(0, at).trim().toLowerCase(), value: part.slice(at + 1) }
}

function toText({ name, value }: { name: string; value: string }): string {
  return value === 'true' ? name : `${name}=${value}`
}

/** `target[:options]` of --tmpfs. */
export function parseTmpfs(text: string): ReadMount {
  const [target = '', ...rest] = text.trim().split(':')
  if (!target.startsWith('/')) throw new ValueRefused('path')
  const words = rest.join(':').split(',').filter(Boolean)
  const readOnly = words.includes('ro')
  return {
    mount: { kind: 'tmpfs', target, ...(readOnly && { readOnly }) },
    dropped: words.filter((word) => word !== 'ro' && word !== 'rw'),
  }
}

/** The flag and value that say a mount. The short form where it can: it cannot hold a colon or a comma. */
export function formatMount({ kind, source = '', target, readOnly }: MountSpec): [string, string] {
  const ending = readOnly ? ':ro' : ''
  if (kind === 'tmpfs') return ['--tmpfs', `${target}${ending}`]
  const isPlain = !target.includes(':') && !source.replace(/^[A-Za-z]:(?=[\\/])/, '').includes(':')
  const isMeant =
    source === '' ? kind === 'volume' && !readOnly : isPath(source) === (kind === 'bind')
  if (isPlain && isMeant) return ['-v', `${source === '' ? '' : `${source}:`}${target}${ending}`]
  const parts = [`type=${kind}`, ...(source === '' ? [] : [`source=${source}`]), `target=${target}`]
  return ['--mount', [...parts, ...(readOnly ? ['readonly'] : [])].map(toCsv).join(',')]
}
