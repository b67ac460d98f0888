/** By how much the guest's clock may be off: TLS and builds do not mind less. */
const mayDriftMs = 1000

/** When a beat was asked for and when it came, by the computer's clock in milliseconds since the epoch. */
export interface Asked {
  sentMs: number
  receivedMs: number
}

/**
 * By how much the guest's clock is ahead, in milliseconds; 0 when that may be less than a second. The answer was made
 * somewhere between the question and its coming.
 */
export function driftOf(guestMs: number, { sentMs, receivedMs }: Asked): number {
  const drift = guestMs - (sentMs + receivedMs) / 2
  const uncertain = (receivedMs - sentMs) / 2
  return Math.abs(drift) - uncertain > mayDriftMs ? drift : 0
}
