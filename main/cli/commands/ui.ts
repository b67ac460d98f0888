import { parseArgs } from 'node:util'
import { withApp } from '../calling.ts'
import type { Command } from '../command.ts'

/** `ui`: an address for a browser of this computer, good for one visit. */
export const ui: Command = async ({ write }, args) => {
  parseArgs({ args, options: {} })
  const { url } = await withApp((api) => api.app.ui())
  write(`${url}\n`)
  return 0
}
