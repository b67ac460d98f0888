import { z } from 'zod'
import { AppError, type RunSpec } from '#api'
import { platformPattern } from './names.ts'
import { resourceFields } from './run-spec-limits.ts'
import { networkFields } from './run-spec-network.ts'
import { runText } from './run-spec-text.ts'

const absolutePath = runText.regex(/^\//)
/** Of the computer, or of the guest. */
const hostPath = runText.regex(/^(\/|[a-zA-Z]:[\\/])/)

const mount = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('bind'),
    source: hostPath,
    target: absolutePath,
    readOnly: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal('volume'),
    source: runText.regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/).optional(),
    target: absolutePath,
    readOnly: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal('tmpfs'),
    target: absolutePath,
    readOnly: z.boolean().optional(),
  }),
])

const seconds = z.number().nonnegative()
const words = z.array(runText)
const texts = z.record(z.string().regex(/^[^=\0]+$/), runText)

const runSpec = z
  .strictObject({
    image: runText.min(1),
    /** The engine's own rule for names (moby, daemon/names). */
    name: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/),
    entrypoint: words,
    command: words,
    env: texts,
    mounts: z.array(mount),
    volumesFrom: z.array(runText.regex(/^[a-zA-Z0-9][\w.-]*(:(ro|rw|z|Z))?$/)),
    restart: z.enum(['no', 'always', 'unless-stopped', 'on-failure']),
    restartRetries: z.number().int().min(0).max(1_000_000),
    autoRemove: z.boolean(),
    user: runText,
    groupAdd: words,
    workdir: absolutePath,
    labels: z.record(runText.min(1), runText),
    tty: z.boolean(),
    interactive: z.boolean(),
    init: z.boolean(),
    readOnly: z.boolean(),
    privileged: z.boolean(),
    capAdd: words,
    capDrop: words,
    securityOpt: words,
    ipc: runText,
    pid: runText,
    userns: runText,
    cgroupns: runText,
    platform: runText.regex(platformPattern),
    runtime: runText,
    stopSignal: runText.regex(/^((SIG)?[A-Z]+[0-9]*([+-]\d+)?|\d{1,2})$/),
    stopSeconds: z.number().int().min(-1),
    logDriver: runText,
    logOptions: z.record(runText, runText),
    health: z
      .strictObject({
        command: runText,
        intervalSeconds: seconds,
        timeoutSeconds: seconds,
        startSeconds: seconds,
        retries: z.number().int().nonnegative(),
      })
      .partial(),
    ...networkFields,
    ...resourceFields,
  })
  .partial()
  .required({ image: true })
  .refine(({ restart, restartRetries }) => !restartRetries || restart === 'on-failure', {
    path: ['restartRetries'],
  })
  .refine(({ restart = 'no', autoRemove }) => autoRemove !== true || restart === 'no', {
    path: ['autoRemove'],
  })

/** @throws {AppError} `input-invalid` with the path of the first wrong field, such as `ports.0.hostPort` */
export function parseRunSpec(value: unknown): RunSpec {
  const parsed = runSpec.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const field = [...(issue?.path ?? []), ...unknown].join('.')
  throw new AppError('input-invalid', { what: field, field })
}
