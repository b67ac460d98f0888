import { parseArgs } from 'node:util'
import type { Command } from '../command.ts'
import { findSocket } from '../socket.ts'

/** `env`: lines for the shell's `eval`, which point docker, compose and other clients at Berth. */
export const env: Command = async ({ write }, args) => {
  parseArgs({ args, options: {} })
  const socket = await findSocket()
  if (process.platform === 'win32') {
    write(`$env:DOCKER_HOST = 'npipe://${socket.replaceAll('\\', '/')}'\n`)
  } else {
    write(`export DOCKER_HOST='unix://${socket.replaceAll("'", String.raw`'\''`)}'\n`)
  }
  return 0
}
