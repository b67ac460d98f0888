import { parseArgs } from 'node:util'
import { callApp } from '../../control/client.ts'
import type { Command } from '../command.ts'
import { launchApp } from '../launch.ts'

/** `start [--headless] [--wait]`: the app in the background, and its machine; `--wait` until the engine answers. */
export const start: Command = async ({ env, say, write }, args) => {
  const { values } = parseArgs({
    args,
    options: { headless: { type: 'boolean' }, wait: { type: 'boolean' } },
  })
  using client = (await callApp()) ?? (await launchApp(env))
  const starting = client.api.machine.start()
  if (values.wait !== true) {
    // Asked for and under way: the app goes on by itself. A failure shows in `berth status`.
    starting.catch(() => undefined)
    write(`${say('cli.start.begun')}\n`)
    return 0
  }
  await starting
  const { dockerSocket, slow } = await client.api.machine.status()
  write(`${say(slow ? 'cli.start.readySlow' : 'cli.start.ready', { socket: dockerSocket })}\n`)
  return 0
}
