const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes in decimal units with about three digits, as docker prints them: "52.4 MB". */
export function saySize(bytes: number): string {
  const exponent = bytes < 1 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3))
  const amount = Number((bytes / 1000 ** exponent).toPrecision(3))
  return `${amount} ${units[exponent] ?? 'B'}`
}
