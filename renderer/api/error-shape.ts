import { AppError, type ErrorShape } from '#api'

/** What is shown of anything that was thrown: what has no words of its own is a bug. */
export function toErrorShape(error: unknown): ErrorShape {
  return error instanceof AppError ? error.toShape() : { code: 'internal', params: { log: '' } }
}
