import type { DiskMove } from '#api'

/** How far the bytes of a step are, 0 to 1; undefined for a step without. */
export function toPart(move: DiskMove): number | undefined {
  if (!('bytes' in move)) return undefined
  return move.total > 0 ? Math.min(1, move.bytes / move.total) : 1
}

/** Once the copy counts there is nothing to undo any more. */
export function canCancel({ step }: DiskMove): boolean {
  return step === 'check' || step === 'stop' || step === 'copy' || step === 'verify'
}
