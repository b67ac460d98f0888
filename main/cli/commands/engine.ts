import { readFile } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { type Api, AppError, type EngineSettingsCheck } from '#api'
import { sayError } from '../../words/words.ts'
import { withApp } from '../calling.ts'
import { type CliContext, type Command, UsageError } from '../command.ts'

/**
 * `engine [--json]`: the settings of Docker Engine, as daemon.json has them; `engine set <file>` applies those of a file,
 * or of the input for `-`. Exit code 1 when they are refused, or taken back.
 */
export const engine: Command = async (context, args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  })
  const [what, file, more] = positionals
  if (what === undefined) return await withApp((api) => show(context, api, values.json === true))
  if (what !== 'set' || file === undefined || more !== undefined)
    throw new UsageError('berth engine [--json] | berth engine set <file>')
  const text = await read(file)
  return await withApp((api) => apply(context, api, text))
}

async function show({ say, write }: CliContext, api: Api, isJson: boolean): Promise<number> {
  const found = await api.engineSettings.get()
  if (isJson) write(`${JSON.stringify(found, null, 2)}\n`)
  else {
    write(found.text.endsWith('\n') ? found.text : `${found.text}\n`)
    if (found.state !== 'used') write(`${say(`cli.engine.${found.state}`)}\n`)
    if (found.takenBack) write(`${sayError(say, found.takenBack.error)}\n`)
  }
  return 0
}

async function apply(context: CliContext, api: Api, text: string): Promise<number> {
  const { say, write, writeError } = context
  const found = await api.engineSettings.check(text)
  if (found.problems.length > 0) {
    for (const { line, column, path, code, params } of found.problems)
      writeError(
        `${line}:${column} ${path && `${path}: `}${say(`engineProblem.${code}`, params)}\n`,
      )
    writeError(`${say('cli.engine.wrong')}\n`)
    return 1
  }
  tellChanges(context, found)
  const { state } = await api.engineSettings.apply(text)
  write(`${say(`cli.engine.${state === 'waiting' ? 'waiting' : 'done'}`)}\n`)
  return 0
}

/** What is about to be done, before it is. */
function tellChanges(
  { say, write }: CliContext,
  { changes, takes, held }: EngineSettingsCheck,
): void {
  for (const { key, before = '–', after = '–' } of changes) write(`${key}: ${before} → ${after}\n`)
  write(`${say(`cli.engine.takes.${takes}`)}\n`)
  if (held.length > 0) write(`${say('cli.engine.held', { keys: held.join(', ') })}\n`)
}

async function read(file: string): Promise<string> {
  try {
    return file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8')
  } catch (cause) {
    throw new AppError('input-invalid', { what: file }, { cause })
  }
}
