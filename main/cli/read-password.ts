import { text } from 'node:stream/consumers'
import type { ReadStream } from 'node:tty'
import { type CliContext, UsageError } from './command.ts'

/** Keys of a terminal in raw mode. */
const [interrupt, endOfInput, backspace, rubout] = ['\u0003', '\u0004', '\b', '\u007F'] as const

/**
 * A password from whoever sits at the terminal, who does not see it, or all of the input up to the end of its line.
 * @returns undefined when it was given up
 * @throws {UsageError} when nobody sits there
 */
export async function readPassword(
  { say, writeError }: Pick<CliContext, 'say' | 'writeError'>,
  options: { isInput: boolean; input?: ReadStream },
): Promise<string | undefined> {
  const input = options.input ?? process.stdin
  if (options.isInput) return (await text(input)).replace(/\r?\n$/, '')
  if (!input.isTTY) throw new UsageError(say('cli.login.noTerminal'))
  writeError(`${say('cli.login.password')} `)
  input.setRawMode(true)
  try {
    return await readLine(input)
  } finally {
    input.setRawMode(false)
    input.pause()
    writeError('\n')
  }
}

async function readLine(input: ReadStream): Promise<string | undefined> {
  let line = ''
  input.setEncoding('utf8')
  for await (const keys of input.iterator({ destroyOnReturn: false }) as AsyncIterable<string>) {
    for (const key of keys) {
      if (key === '\r' || key === '\n' || key === endOfInput) return line
      if (key === interrupt) return undefined
      if (key === backspace || key === rubout) line = line.replace(/.$/su, '')
      else line += key
    }
  }
  return undefined
}
