/** What a machine may use. */
export interface Limits {
  cpus: number
  memoryMiB: number
  swapMiB: number
  diskGiB: number
}

export interface Range {
  min: number
  max: number
}

/** What can be set while the machine runs; what lies outside takes effect at its next start. */
export interface LiveRanges {
  cpus: Range
  memoryMiB: Range
  diskGiB: Range
}

export interface MachineLimits {
  /**
   * Looks whether a change can be had, and changes nothing.
   * @throws {VmError} `disk-shrink`, `memory-in-use`
   */
  check(wanted: Partial<Limits>): Promise<void>
  /**
   * Brings the running machine as near to its configuration as it can be without a restart; no container stops. What
   * was reached stands in the process of the snapshot.
   * @throws {VmError} `memory-in-use`, `swap-no-room`, `swap-in-use`, `limit-refused`: the first, when all else is done
   */
  apply(signal?: AbortSignal): Promise<void>
}
