import { parseArgs } from 'node:util'
import type { Command } from '../command.ts'
import { withApp } from '../calling.ts'

/** `restart`: the machine, not the app. Resolves when the engine answers again. */
export const restart: Command = async ({ say, write }, args) => {
  parseArgs({ args, options: {} })
  await withApp((api) => api.machine.restart())
  write(`${say('cli.restart.done')}\n`)
  return 0
}
