import { z } from 'zod'
import { AppError, type ExecSpec, type TerminalSize } from '#api'

const cells = z.number().int().min(1).max(9999)
const terminalSize = z.object({ columns: cells, rows: cells })
const execSpec = z.strictObject({
  command: z.array(z.string()),
  user: z.string().max(256).optional(),
  workdir: z.string().max(4096).optional(),
})

/** @throws {AppError} `input-invalid` */
export function parseSize(size: unknown): TerminalSize {
  const parsed = terminalSize.safeParse(size)
  if (parsed.success) return parsed.data
  throw new AppError('input-invalid', { what: 'size' })
}

/** @throws {AppError} `input-invalid` with the wrong field */
export function parseExec(exec: unknown): ExecSpec {
  const parsed = execSpec.safeParse(exec)
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? 'command')
    throw new AppError('input-invalid', { what: field, field })
  }
  return parsed.data
}
