import { SetupFailure, Stopped } from './failure.mjs'
import { exitCodeOf, listenForStop } from './stop-signals.mjs'

/**
 * Runs a script's work and ends the process with its exit code. A failure of the set-up is shown as its sentence,
 * after what the failing program wrote; a stop signal ends quietly.
 * @param {(stop: ReturnType<typeof listenForStop>) => Promise<number>} work
 */
export async function runEntry(work) {
  const stop = listenForStop()
  try {
    process.exitCode = await work(stop)
  } catch (error) {
    if (error instanceof Stopped) {
      process.exitCode = exitCodeOf(error.by)
    } else if (error instanceof SetupFailure) {
      if (error.output.trim()) process.stderr.write(`${error.output.trim()}\n\n`)
      process.stderr.write(`${error.message}\n`)
      process.exitCode = 1
    } else {
      process.stderr.write(
        `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      )
      process.exitCode = 1
    }
  } finally {
    stop.release()
  }
}
