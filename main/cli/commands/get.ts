import { parseArgs } from 'node:util'
import { AppError, type Settings } from '#api'
import type { Command } from '../command.ts'
import { openSettings } from '../settings.ts'

/** `get [key] [--json]`: one setting, or all of them. */
export const get: Command = async ({ write }, args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  })
  const { settings } = await (await openSettings()).get()
  const [key] = positionals
  if (key === undefined) {
    write(values.json === true ? `${JSON.stringify(settings, null, 2)}\n` : toLines(settings))
    return 0
  }
  const found = Object.entries(settings).find(([name]) => name === key)
  if (!found) throw new AppError('setting-unknown', { key })
  write(`${values.json === true ? JSON.stringify(found[1]) : String(found[1])}\n`)
  return 0
}

function toLines(settings: Settings): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${String(value)}\n`)
    .join('')
}
