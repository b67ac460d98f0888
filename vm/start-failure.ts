import type { Context } from './context.ts'
import { VmError } from './errors.ts'
import { excerptOf } from './serial.ts'

/** Until its own system runs, the guest does nothing with the data disk. */
export function isPastKernel(console: readonly string[]): boolean {
  return console.some((line) => line.includes('berth: boot '))
}

/**
 * A failed start, with what the console says of it.
 * @param wasPastKernel tells whether a boot was that is not in this console any more, since it was tried again.
 */
export function toStartError(
  { code, params, cause, serial }: VmError,
  console: readonly string[],
  wasPastKernel: boolean,
): VmError {
  const options = { cause, serial: serial.length > 0 ? serial : excerptOf(console) }
  // Of a later stop so much cannot be said.
  const isEarly = !wasPastKernel && !isPastKernel(console)
  return code === 'boot-failed' && isEarly
    ? new VmError('system-failed', params, options)
    : new VmError(code, params, options)
}

/** One that was given up, or failed by a fault of our own, is shown as stopped. */
export function showStartFailure(
  { board, config }: Context,
  error: unknown,
  signal: AbortSignal,
): void {
  const { state } = board.snapshot
  board.resetHealth()
  board.setProcess(undefined)
  if (signal.aborted || !(error instanceof VmError)) board.setState({ phase: 'stopped' })
  else {
    const stage = state.phase === 'starting' ? state.stage : undefined
    config.log('start-failed', { stage, code: error.code, ...error.params })
    board.setState({ phase: 'failed', stage, error })
  }
}
