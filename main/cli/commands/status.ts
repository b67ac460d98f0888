import { parseArgs } from 'node:util'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError, type AppStatus } from '#api'
import type { App } from '../../app.ts'
import { callApp } from '../../control/client.ts'
import { sayError } from '../../words/words.ts'
import type { CliContext, Command } from '../command.ts'
import { createOfflineApp } from '../offline.ts'

/** `status [--json]`: prints in every state; exit code 3 when the machine is stopped. */
export const status: Command = async (context, args) => {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } })
  const found = await readStatus(context)
  if (values.json === true) context.write(`${JSON.stringify(found, null, 2)}\n`)
  else print(context, found)
  return found.state === 'stopped' ? 3 : 0
}

async function readStatus(context: CliContext): Promise<AppStatus> {
  for (let attempt = 1; ; attempt += 1) {
    using client = await callApp()
    if (client) return await client.api.machine.status()
    try {
      return await readStatusAlone(context)
    } catch (error) {
      // An app that is coming up or going, or another `berth status`, holds the home for a moment.
      const held = error instanceof AppError && error.code === 'already-running'
      if (!held || attempt > 50) throw error
      await delay(200)
    }
  }
}

/** No app: the guest of one that was killed may still run, and is asked itself. What it does not answer is left out. */
async function readStatusAlone({ env }: CliContext): Promise<AppStatus> {
  await using app = await createOfflineApp(env)
  const adopted = await app.adopt().catch((error: unknown) => {
    if (error instanceof AppError) return false
    throw error
  })
  if (adopted) await knownEngine(app)
  return await app.api.machine.status()
}

/** Resolves when the engine's version is known, or after a while without. */
async function knownEngine(app: App): Promise<void> {
  const watching = app.api.machine.watch()[Symbol.asyncIterator]()
  const timer = setTimeout(() => void watching.return?.(), 5000)
  for (;;) {
    const next = await watching.next()
    if (next.done === true || next.value.engine || next.value.state !== 'running') break
  }
  clearTimeout(timer)
  await watching.return?.()
}

function print({ say, write }: CliContext, found: AppStatus): void {
  const lines = [say(found.slow ? `status.${found.state}Slow` : `status.${found.state}`)]
  if (found.engine)
    lines.push(`  Docker Engine ${found.engine.version} (API ${found.engine.apiVersion})`)
  lines.push(`  ${found.dockerSocket}`)
  if (found.vm) {
    const { pid, cpus, memoryMiB, diskGiB, sshPort } = found.vm
    const port = `127.0.0.1:${sshPort}`
    lines.push(`  ${say('cli.status.machine', { pid, cpus, memoryMiB, diskGiB, port })}`)
  }
  for (const { link, state, message } of found.health) {
    if (state === 'down' || state === 'repairing')
      lines.push(`  ${say(`health.link.${link}`)}: ${message}`)
  }
  if (found.error) lines.push(`  ${sayError(say, found.error)}`)
  write(`${lines.join('\n')}\n`)
}
