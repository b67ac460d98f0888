/** Set-up cannot go on: `message` is one sentence for the user, `output` what the failing program wrote. */
export class SetupFailure extends Error {
  /**
   * @param {string} message
   * @param {string} [output]
   */
  constructor(message, output = '') {
    super(message)
    this.name = 'SetupFailure'
    this.output = output
  }
}

/** The user stopped the set-up; nothing is to be said about it. */
export class Stopped extends Error {
  /** @param {NodeJS.Signals} by */
  constructor(by) {
    super(`stopped by ${by}`)
    this.name = 'Stopped'
    this.by = by
  }
}
