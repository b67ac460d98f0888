/** The file that holds all that lives on. */
export interface DataDisk {
  path: string
  /** In the machine's own folder, where it is made. */
  isOwn: boolean
  /** Bytes that it takes on this computer; undefined when it is not there, or was not made yet. */
  allocated?: number
  /** Bytes that are free beside it. */
  free?: number
}

/** How far a move of the disk is: bytes of what the disk really takes. */
export type MoveProgress =
  | { step: 'check' | 'stop' | 'switch' | 'finish' }
  | { step: 'copy' | 'verify'; bytes: number; total: number }
