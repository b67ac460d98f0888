import { constants } from 'node:os'
import { Stopped } from './failure.mjs'

/** @type {NodeJS.Signals[]} */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Turns the first stop signal into an aborted AbortSignal, until `release` is called.
 * @returns {{ signal: AbortSignal, release: () => void }}
 */
export function listenForStop() {
  const controller = new AbortController()
  /** @param {NodeJS.Signals} name */
  const stop = (name) => controller.abort(new Stopped(name))
  for (const name of stopSignals) process.on(name, stop)
  return {
    signal: controller.signal,
    release: () => {
      for (const name of stopSignals) process.off(name, stop)
    },
  }
}

/**
 * The exit code that shells use for a program ended by a signal.
 * @param {NodeJS.Signals} name
 */
export const exitCodeOf = (name) => 128 + constants.signals[name]
