import type { ErrorCode, PublishedPort, RunSpec } from '#api'
import { splitCommand } from './command-line.ts'

export type RunField = 'image' | 'name' | 'command' | 'ports' | 'env'

/** The form as it is typed. */
export interface RunDraft {
  image: string
  name: string
  command: string
  ports: { host: string; container: string; protocol: 'tcp' | 'udp' }[]
  env: { name: string; value: string }[]
  restart: NonNullable<RunSpec['restart']>
}

/** What a field may be told before the engine is asked. */
type RunProblem = 'imageNeeded' | 'nameInvalid' | 'commandInvalid' | 'portInvalid' | 'envInvalid'

export type RunCheck =
  { ok: true; spec: RunSpec } | { ok: false; problems: Partial<Record<RunField, RunProblem>> }

export function createDraft(image = ''): RunDraft {
  return { image, name: '', command: '', ports: [], env: [], restart: 'no' }
}

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/

/** Turns what was typed into what the engine is asked for, or says which fields cannot be meant. Empty rows are left out. */
export function toRunSpec(draft: RunDraft): RunCheck {
  const problems: Partial<Record<RunField, RunProblem>> = {}
  const image = draft.image.trim()
  const name = draft.name.trim()
  if (image === '') problems.image = 'imageNeeded'
  if (name !== '' && !namePattern.test(name)) problems.name = 'nameInvalid'
  const command = splitCommand(draft.command)
  if (!command) problems.command = 'commandInvalid'
  const rows = draft.ports.filter(({ host, container }) => (host + container).trim() !== '')
  const ports = rows.map(toPort)
  if (ports.includes(undefined)) problems.ports = 'portInvalid'
  const env = draft.env.filter((row) => (row.name + row.value).trim() !== '')
  if (env.some((row) => row.name.trim() === '' || row.name.includes('=')))
    problems.env = 'envInvalid'
  if (!command || Object.keys(problems).length > 0) return { ok: false, problems }
  return {
    ok: true,
    spec: {
      image,
      restart: draft.restart,
      ...(name !== '' && { name }),
      ...(command.length > 0 && { command }),
      ...(ports.length > 0 && { ports: ports.filter((port) => port !== undefined) }),
      ...(env.length > 0 && {
        env: Object.fromEntries(env.map((row) => [row.name.trim(), row.value])),
      }),
    },
  }
}

/** An empty host port lets the engine choose one. */
function toPort({
  host,
  container,
  protocol,
}: RunDraft['ports'][number]): PublishedPort | undefined {
  const containerPort = parsePort(container)
  const hostPort = host.trim() === '' ? undefined : parsePort(host)
  if (containerPort === undefined || (host.trim() !== '' && hostPort === undefined))
    return undefined
  return { containerPort, protocol, ...(hostPort !== undefined && { hostPort }) }
}

function parsePort(text: string): number | undefined {
  const port = /^\s*\d{1,5}\s*$/.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65_535 ? port : undefined
}

/** The field that a refusal of the engine belongs to; undefined when it belongs to none. */
export function toField(code: ErrorCode): RunField | undefined {
  if (code === 'image-not-found' || code === 'image-name-invalid') return 'image'
  if (code === 'container-name-taken') return 'name'
  if (code === 'port-taken') return 'ports'
  return undefined
}
