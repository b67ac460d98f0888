import type { Context } from './context.ts'
import { VmError } from './errors.ts'

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
