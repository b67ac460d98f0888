import { parseArgs } from 'node:util'
import { callApp } from '../../control/client.ts'
import type { CliContext, Command } from '../command.ts'
import { createOfflineApp } from '../offline.ts'

/** `stop`: shuts the guest down and ends the app. A guest whose app has gone is found and shut down too. */
export const stop: Command = async (context, args) => {
  parseArgs({ args, options: {} })
  using client = await callApp()
  if (!client) return await stopAlone(context)
  const { graceful } = await client.api.machine.stop()
  await client.api.app.quit()
  tell(context, graceful)
  return 0
}

async function stopAlone(context: CliContext) {
  await using app = await createOfflineApp(context.env)
  if (!(await app.adopt())) {
    context.writeError(`${context.say('errors.not-running')}\n`)
    return 3
  }
  const { graceful } = await app.api.machine.stop()
  tell(context, graceful)
  return 0
}

function tell({ say, write }: CliContext, graceful: boolean): void {
  write(`${say(graceful ? 'cli.stop.done' : 'cli.stop.forced')}\n`)
}
