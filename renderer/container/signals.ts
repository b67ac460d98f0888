/** The signals that are sent by hand, the usual one first. */
export const signals = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const

/** A signal's name as the engine takes it, or a number of one; undefined when it cannot be meant. */
export function parseSignal(text: string): string | undefined {
  const name = text.trim().toUpperCase()
  if (/^\d{1,2}$/.test(name)) return Number(name) >= 1 && Number(name) <= 64 ? name : undefined
  if (!/^(?:SIG)?[A-Z][A-Z0-9]{1,9}(?:[+-]\d{1,2})?$/.test(name)) return undefined
  return name.startsWith('SIG') ? name : `SIG${name}`
}
