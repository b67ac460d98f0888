import { parseArgs } from 'node:util'
import type { AppStatus, DataDisk, Health } from '#api'
import { callApp } from '../../control/client.ts'
import { sayError } from '../../words/words.ts'
import { lookAtHome } from '../../machine/look.ts'
import type { CliContext, Command } from '../command.ts'
import { toGiB } from '../sizes.ts'

/** `status [--json]`: prints in every state; exit code 3 when the machine is stopped. */
export const status: Command = async (context, args) => {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } })
  const found = await readStatus()
  if (values.json === true) context.write(`${JSON.stringify(found, null, 2)}\n`)
  else print(context, found)
  return found.state === 'stopped' ? 3 : 0
}

async function readStatus(): Promise<AppStatus> {
  using client = await callApp()
  return client ? await client.api.machine.status() : await lookAtHome()
}

/** What is wrong with a link, and else what was the last time. */
function tellHealth(say: CliContext['say'], health: Health): string[] {
  const { link, state, message, error, repairedAt, mended, repairs } = health
  const name = say(`health.link.${link}`)
  if (state === 'down' || state === 'repairing' || error) return [`  ${name}: ${message}`]
  if (repairedAt === undefined) return []
  const at = toTime(repairedAt)
  const why = mended ? sayError(say, mended) : ''
  return [`  ${say('cli.status.repaired', { name, at, count: repairs })} ${why}`.trimEnd()]
}

function tellDisk(say: CliContext['say'], { path, allocated, free = 0 }: DataDisk): string {
  if (allocated === undefined) return say('cli.status.diskMissing', { path })
  return say('cli.status.disk', { path, used: toGiB(allocated), free: toGiB(free) })
}

function toTime(ms: number): string {
  return new Date(ms).toLocaleTimeString()
}

function print({ say, write }: CliContext, found: AppStatus): void {
  const lines = [say(found.slow ? `status.${found.state}Slow` : `status.${found.state}`)]
  if (found.engine)
    lines.push(`  Docker Engine ${found.engine.version} (API ${found.engine.apiVersion})`)
  lines.push(`  ${found.dockerSocket}`)
  if (found.vm) {
    const { pid, cpus, memoryMiB, swapMiB, diskGiB, sshPort } = found.vm
    const port = `127.0.0.1:${sshPort}`
    lines.push(`  ${say('cli.status.machine', { pid, cpus, memoryMiB, swapMiB, diskGiB, port })}`)
  }
  if (found.disk) lines.push(`  ${tellDisk(say, found.disk)}`)
  for (const health of found.health) lines.push(...tellHealth(say, health))
  if (found.outOfMemory) {
    const { at, killed } = found.outOfMemory
    lines.push(`  ${say('cli.status.outOfMemory', { at: toTime(at), killed })}`)
  }
  for (const repair of found.repairs ?? []) lines.push(`  ${sayError(say, repair)}`)
  if (found.error) lines.push(`  ${sayError(say, found.error)}`)
  write(`${lines.join('\n')}\n`)
}
