export interface Ending {
  /** Ends the app; what is asked after the first time is under way already. */
  begin(options: { stopMachine: boolean }): void
}

export interface EndingSteps {
  /** Shuts the guest down. */
  stopMachine(): Promise<unknown>
  /** Lets go of everything. */
  close(): Promise<void>
  exit(): void
  onFailure(error: unknown): void
}

/** Ends the app in order, and to its end whatever fails on the way. */
export function createEnding(steps: EndingSteps): Ending {
  let begun = false
  const end = async (stopMachine: boolean) => {
    try {
      if (stopMachine) await steps.stopMachine()
    } catch (error) {
      steps.onFailure(error)
    }
    try {
      await steps.close()
    } catch (error) {
      steps.onFailure(error)
    }
    steps.exit()
  }
  return {
    begin({ stopMachine }) {
      if (begun) return
      begun = true
      // Who asked over the control socket gets an answer first.
      setImmediate(() => void end(stopMachine))
    },
  }
}
