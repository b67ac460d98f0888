import { parseArgs } from 'node:util'
import type { Finding } from '#api'
import { callApp } from '../../control/client.ts'
import { sayError } from '../../words/words.ts'
import type { CliContext, Command } from '../command.ts'
import { createOfflineApp } from '../offline.ts'

/** `doctor [--json]`: looks at everything that is known to go wrong; exit code 1 when something is. */
export const doctor: Command = async (context, args) => {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } })
  const found = await examine(context)
  if (values.json === true) context.write(`${JSON.stringify(found, null, 2)}\n`)
  else for (const finding of found) print(context, finding)
  return found.some(({ state }) => state === 'wrong') ? 1 : 0
}

async function examine({ env }: CliContext): Promise<Finding[]> {
  using client = await callApp()
  if (client) return await client.api.doctor.examine()
  await using app = await createOfflineApp(env)
  // Why it cannot be taken over is among what is found.
  await app.adopt().catch(() => false)
  return await app.api.doctor.examine()
}

const marks: Record<Finding['state'], string> = { ok: '✓', note: '!', wrong: '✗', skipped: '–' }

function print({ say, write }: CliContext, { check, state, error, evidence = [] }: Finding): void {
  const lines = [`${marks[state]} ${say(`doctor.check.${check}`)}`]
  if (error) lines.push(`    ${sayError(say, error)}`)
  for (const line of evidence) lines.push(`      ${line}`)
  write(`${lines.join('\n')}\n`)
}
