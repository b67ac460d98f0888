import { parseArgs } from 'node:util'
import { parseSettingText } from '../../settings/schema.ts'
import { type Command, UsageError } from '../command.ts'
import { openSettings } from '../settings.ts'

/** `set key=value …`: all of them or, when one is wrong, none. */
export const set: Command = async ({ say, write }, args) => {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} })
  if (positionals.length === 0) throw new UsageError('berth set key=value …')
  const change = Object.fromEntries(
    positionals.map((text) => {
      const [key, value] = split(text)
      return [key, parseSettingText(value)]
    }),
  )
  // What the change may hold is decided where it is stored, for all faces alike.
  await (await openSettings()).set(change)
  write(`${say('cli.set.done')}\n`)
  return 0
}

function split(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`berth set key=value … (${text})`)
  return [text.slice(0, at), text.slice(at + 1)]
}
