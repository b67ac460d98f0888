import { z } from 'zod'
import { AppError, type ForwardRequest } from '#api'
import { parseContainerId } from '../engine/names.ts'

const port = z.int().min(1).max(65_535)
const schema = z.object({
  containerId: z.string().min(1),
  containerPort: port,
  protocol: z.enum(['tcp', 'udp']).default('tcp'),
  port: port.optional(),
})

/** @throws {AppError} `input-invalid` */
export function parseForwardRequest(request: ForwardRequest): z.infer<typeof schema> {
  const parsed = schema.safeParse(request)
  if (parsed.success)
    return { ...parsed.data, containerId: parseContainerId(parsed.data.containerId) }
  const what = String(parsed.error.issues[0]?.path[0] ?? 'forward')
  throw new AppError('input-invalid', { what })
}
