import { parseArgs } from 'node:util'
import { parseSettingText } from '../../settings/schema.ts'
import { callApp } from '../../control/client.ts'
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
  for (const key of await findWaiting(change)) write(`${say('cli.set.waiting', { key })}\n`)
  return 0
}

/** What the running machine could not take on. */
async function findWaiting(change: Record<string, unknown>): Promise<string[]> {
  using client = await callApp()
  const { vm } = (await client?.api.machine.status()) ?? {}
  if (!vm) return []
  const now: Record<string, unknown> = { ...vm }
  return Object.keys(change).filter((key) => key in now && now[key] !== change[key])
}

function split(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`berth set key=value … (${text})`)
  return [text.slice(0, at), text.slice(at + 1)]
}
