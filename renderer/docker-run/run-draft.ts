import type { MountSpec, PublishedPort, RunSpec } from '#api'
import { isSpecOption, findOption } from './options.ts'
import { formatPublish, parsePublish } from './ports.ts'
import { type ValueProblem, ValueRefused } from './problems.ts'
import { quoteWords } from './quote-words.ts'
import { specOptions } from './spec-options.ts'
import { isImageName } from '../image/image-reference.ts'
import { splitCommand } from './command-line.ts'

/** The form as it is typed. */
export interface RunDraft {
  image: string
  /** As on a command line. `""` as the entrypoint clears the image's. */
  command: string
  entrypoint: string
  ports: { host: string; container: string; protocol: PublishedPort['protocol'] }[]
  env: { name: string; value: string }[]
  mounts: { kind: MountSpec['kind']; source: string; target: string; readOnly: boolean }[]
  /** Every other option by its long name, with its values as they would stand on the command line. */
  options: Record<string, string[]>
}

/** What a field may be told before the engine is asked; each has words under `ui.run.problem` or `ui.run.value`. */
type DraftProblem =
  'imageNeeded' | 'imageInvalid' | 'commandInvalid' | 'envInvalid' | 'mountSource' | ValueProblem

export interface ReadDraft {
  /** What can be read, for the command that is shown while typing. */
  spec: RunSpec
  /** By field: `image`, `command`, `ports.0`, `env.1`, `mounts.0`, or an option's name. */
  problems: Record<string, DraftProblem>
}

/** Fields of a spec that the form has rows of its own for. */
const withRows: ReadonlySet<string> = new Set([
  ...['publish', 'volume', 'mount', 'tmpfs', 'env', 'entrypoint'],
])

export function createDraft(image = ''): RunDraft {
  return { image, command: '', entrypoint: '', ports: [], env: [], mounts: [], options: {} }
}

/** The form that says what `spec` says. */
export function toDraft(spec: RunSpec): RunDraft {
  const { image, command = [], entrypoint, ports = [], env = {}, mounts = [] } = spec
  const options: RunDraft['options'] = {}
  for (const option of specOptions) {
    const values = withRows.has(option.name) ? [] : option.write(spec)
    if (values.length > 0) options[option.name] = values
  }
  return {
    image,
    command: quoteWords(command),
    entrypoint: entrypoint?.length === 0 ? '""' : quoteWords(entrypoint ?? []),
    ports: ports.map(toPortRow),
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    mounts: mounts.map(({ kind, source = '', target, readOnly = false }) => ({
      ...{ kind, source, target, readOnly },
    })),
    options,
  }
}

function toPortRow(port: PublishedPort): RunDraft['ports'][number] {
  const { protocol, containerPort } = port
  const written = formatPublish({ ...port, protocol: 'tcp' })
  const host = written.slice(0, -String(containerPort).length).replace(/:$/, '')
  return { host, container: String(containerPort), protocol }
}

/** Reads the form. Rows in which nothing was typed are left out. */
export function readDraft(draft: RunDraft): ReadDraft {
  const image = draft.image.trim()
  const read: ReadDraft = { spec: { image }, problems: {} }
  if (image === '') read.problems['image'] = 'imageNeeded'
  else if (!isImageName(image)) read.problems['image'] = 'imageInvalid'
  readOptions(draft, read)
  readPorts(draft, read)
  readMounts(draft, read)
  readEnv(draft, read)
  readWords(draft, read)
  return read
}

function attempt(read: ReadDraft, field: string, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof ValueRefused)) throw error
    read.problems[field] = error.problem
  }
}

function readOptions({ options }: RunDraft, read: ReadDraft): void {
  for (const [name, values] of Object.entries(options)) {
    const option = findOption(name)
    if (!option || !isSpecOption(option)) continue
    for (const value of values.map((text) => text.trim()).filter((text) => text !== ''))
      attempt(read, name, () => option.read(read.spec, value))
  }
}

function readPorts({ ports }: RunDraft, read: ReadDraft): void {
  const found: PublishedPort[] = []
  for (const [index, { host, container, protocol }] of ports.entries()) {
    if ((host + container).trim() === '') continue
    attempt(read, `ports.${index}`, () => {
      const before = host.trim() === '' ? '' : `${host.trim()}:`
      found.push(...parsePublish(`${before}${container.trim()}/${protocol}`))
    })
  }
  if (found.length > 0) read.spec.ports = found
}

function readMounts({ mounts }: RunDraft, read: ReadDraft): void {
  const found: MountSpec[] = []
  for (const [index, row] of mounts.entries()) {
    const [source, target] = [row.source.trim(), row.target.trim()]
    if (source + target === '') continue
    const problem = checkMount(row.kind, source, target)
    if (problem) read.problems[`mounts.${index}`] = problem
    found.push({
      kind: row.kind,
      ...(source !== '' && row.kind !== 'tmpfs' && { source }),
      target,
      ...(row.readOnly && { readOnly: true }),
    })
  }
  if (found.length > 0) read.spec.mounts = found
}

function checkMount(kind: MountSpec['kind'], source: string, target: string) {
  if (!target.startsWith('/')) return 'path'
  if (kind === 'bind' && !/^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(source)) return 'mountSource'
  if (kind === 'volume' && source !== '' && !/^[a-zA-Z0-9][\w.-]+$/.test(source)) return 'name'
  return undefined
}

function readEnv({ env }: RunDraft, read: ReadDraft): void {
  const found: [string, string][] = []
  for (const [index, { name, value }] of env.entries()) {
    const trimmed = name.trim()
    if (trimmed + value === '') continue
    if (trimmed === '' || trimmed.includes('=')) read.problems[`env.${index}`] = 'envInvalid'
    else found.push([trimmed, value])
  }
  if (found.length > 0) read.spec.env = Object.fromEntries(found)
}

function readWords(draft: RunDraft, { spec, problems }: ReadDraft): void {
  const command = splitCommand(draft.command)
  const entrypoint = splitCommand(draft.entrypoint)
  if (!command) problems['command'] = 'commandInvalid'
  else if (command.length > 0) spec.command = command
  if (!entrypoint) problems['entrypoint'] = 'commandInvalid'
  else if (entrypoint.length > 0) spec.entrypoint = entrypoint[0] === '' ? [] : entrypoint
}
