import { z } from 'zod'
import type { ComposeStep } from '#api'

/** A step of a thing, or of a part of one: `parent` is the image that a layer is of. */
export type ProgressStep = ComposeStep & { parent?: string }

/** What one line of `--progress json` tells. */
export type ComposeLine =
  | { kind: 'steps'; steps: ProgressStep[]; output: string[] }
  | { kind: 'error'; message: string }
  | { kind: 'warning'; message: string }
  | { kind: 'text'; text: string }

const stepLine = z.object({
  id: z.string(),
  parent_id: z.string().optional(),
  text: z.string().optional(),
  // Words where there is no text, and a drawn bar where there is.
  status: z.string().optional(),
  current: z.number().optional(),
  total: z.number().optional(),
})
const errorLine = z.object({ error: z.literal(true), message: z.string() })
/** BuildKit's, as `--progress rawjson` writes it. */
const buildLine = z
  .object({
    vertexes: z.array(
      z.object({
        name: z.string(),
        started: z.string().optional(),
        completed: z.string().optional(),
        cached: z.boolean().optional(),
        error: z.string().optional(),
      }),
    ),
    statuses: z.array(z.unknown()),
    logs: z.array(z.object({ data: z.string() })),
  })
  .partial()
  .refine((parts) => Object.keys(parts).length > 0)
const logLine = z.object({ level: z.string(), msg: z.string() })

/** A line as Compose writes it; what it lets others write is text. */
export function parseLine(line: string): ComposeLine {
  const value = parseJson(line)
  const error = errorLine.safeParse(value).data
  if (error) return { kind: 'error', message: error.message }
  const log = logLine.safeParse(value).data
  if (log) return { kind: log.level === 'error' ? 'error' : 'warning', message: log.msg }
  const step = stepLine.safeParse(value).data
  if (step) return { kind: 'steps', steps: [toStep(step)], output: [] }
  const build = buildLine.safeParse(value).data
  return build ? { kind: 'steps', ...toBuildSteps(build) } : { kind: 'text', text: line }
}

function toStep({ id, parent_id, text, status, current, total }: z.infer<typeof stepLine>) {
  const words = text ?? status ?? ''
  const step: ProgressStep = { id, text: words, state: toState(words) }
  if (parent_id) step.parent = parent_id
  if (current !== undefined && total) Object.assign(step, { current, total })
  return step
}

/** What has not begun is no step yet. */
function toBuildSteps({ vertexes = [], logs = [] }: z.infer<typeof buildLine>) {
  const steps = vertexes.flatMap(({ name, started, completed, cached, error }): ProgressStep[] => {
    if (error) return [{ id: name, text: error, state: 'failed' }]
    if (completed) return [{ id: name, text: cached ? 'Cached' : 'Built', state: 'done' }]
    return started ? [{ id: name, text: 'Building', state: 'working' }] : []
  })
  const output = logs.flatMap(({ data }) =>
    Buffer.from(data, 'base64').toString('utf8').trimEnd().split('\n'),
  )
  return { steps, output }
}

/** Compose tells how a thing is by its words alone. */
function toState(words: string): ComposeStep['state'] {
  if (/^error\b|\bunhealthy$|\bfailed$/i.test(words)) return 'failed'
  const isDone =
    /^(created|recreated|started|restarted|running|healthy|exited|stopped|killed|removed|pulled|built|skipped|pull complete|already exists|image is present locally|no resource found to remove|resource is still in use)\b/i
  return isDone.test(words) ? 'done' : 'working'
}

function parseJson(line: string): unknown {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
