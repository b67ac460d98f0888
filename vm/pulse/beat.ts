/** What the guest says of itself in one line; see vm/image/rootfs/usr/lib/berth/pulse. */
export interface Beat {
  /** The guest's clock, in milliseconds since the epoch. */
  guestMs: number
  engine: EngineProcess
}

/** The engine's process. `stopped`: it is there, and held; `gave-up`: nobody starts it again. */
export interface EngineProcess {
  state: 'running' | 'stopped' | 'starting' | 'gave-up'
  pid: number
}

/** @returns undefined for what is no beat */
export function parseBeat(line: string): Beat | undefined {
  const [, seconds, state = '', pid, kernel = ''] =
    /^(\d+\.\d+) (\S+) (\d+) (\S)$/.exec(line.trim()) ?? []
  if (seconds === undefined) return undefined
  return {
    guestMs: Number(seconds) * 1000,
    engine: { state: toState(state, kernel), pid: Number(pid) },
  }
}

function toState(state: string, kernel: string): EngineProcess['state'] {
  if (state === 'gave-up') return 'gave-up'
  if (state !== 'run') return 'starting'
  // T: by a signal, t: by a debugger.
  return /[Tt]/.test(kernel) ? 'stopped' : 'running'
}
