import type { Holder } from '../host-ports.ts'

/** `lsof -F pc`: a line for each fact, with its letter in front. Blanks and the like stand there as \xNN. */
export function parseLsof(text: string): Holder | undefined {
  const lines = text.split('\n')
  const pid = Number(lines.find((line) => /^p\d+$/.test(line))?.slice(1))
  const name = lines.find((line) => line.startsWith('c'))?.slice(1)
  if (!(pid > 0) || !name) return undefined
  const toSign = (_: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))
  return { pid, name: name.replaceAll(/\\x([2-7][\da-f])/gi, toSign) }
}
