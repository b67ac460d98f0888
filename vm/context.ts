import type { Board } from './board.ts'
import type { MachineFiles } from './files.ts'
import type { MachineConfig } from './machine-config.ts'
import type { SshTarget } from './ssh/connection.ts'

/** What every part of the life cycle works on. */
export interface Context {
  config: MachineConfig
  files: MachineFiles
  board: Board
}

/** The keys of this installation: who we are to the guest and who the guest must be. */
export type Keys = Omit<SshTarget, 'port'>

/** Longest waits of a start, in ms. Emulation on a busy computer is ten times slower than hardware. */
export interface Deadlines {
  bootMs: number
  sshMs: number
  engineMs: number
}

export function deadlines(slow: boolean): Deadlines {
  return slow
    ? { bootMs: 240_000, sshMs: 120_000, engineMs: 300_000 }
    : { bootMs: 60_000, sshMs: 30_000, engineMs: 90_000 }
}
