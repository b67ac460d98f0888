export type TerminalKey = 'copy' | 'native' | 'leave' | 'shell'

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>

/**
 * What a key does in a terminal: copies the selection, is left to the browser (which pastes), leaves the terminal, or
 * goes to the shell. Control-C stays an interrupt, but on Windows it copies a selection, as its own terminal does.
 */
export function toTerminalKey(
  event: Pressed,
  platform: 'mac' | 'windows' | 'other',
  hasSelection: boolean,
): TerminalKey {
  const key = event.key.toLowerCase()
  if (event.ctrlKey && event.shiftKey && !event.altKey && key === 'l') return 'leave'
  if (platform === 'mac') return event.metaKey ? 'native' : 'shell'
  if (event.metaKey || event.altKey || !event.ctrlKey) return 'shell'
  if (event.shiftKey) return key === 'c' ? 'copy' : key === 'v' ? 'native' : 'shell'
  if (platform !== 'windows') return 'shell'
  if (key === 'c') return hasSelection ? 'copy' : 'shell'
  return key === 'v' ? 'native' : 'shell'
}

/** The kind of computer that the window is on, by what the browser says of itself. */
export function toPlatform(userAgent: string): 'mac' | 'windows' | 'other' {
  if (/Mac OS X|Macintosh/.test(userAgent)) return 'mac'
  return userAgent.includes('Windows') ? 'windows' : 'other'
}

/** Whether a link that a program has put on the screen may be opened. */
export function isWebAddress(text: string): boolean {
  try {
    const { protocol } = new URL(text)
    return protocol === 'http:' || protocol === 'https:'
  } catch {
    return false
  }
}
