import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Api, DiskMove } from '#api'
import { callApp } from '../../control/client.ts'
import { type CliContext, type Command, UsageError } from '../command.ts'
import { createOfflineApp } from '../offline.ts'
import { toGiB } from '../sizes.ts'

/**
 * `move-disk <folder> | --default [--json]`: stops the machine, moves its data disk, and starts it again if it ran.
 * Ctrl-C undoes the move. With `--json`, each step is a line of JSON.
 */
export const moveDisk: Command = async (context, args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, default: { type: 'boolean' } },
  })
  const [named] = positionals
  // An empty one is a variable that was not set, and not this folder.
  if (positionals.length > 1 || named === '' || (named === undefined) !== (values.default === true))
    throw new UsageError('berth move-disk <folder>, or --default')
  const folder = named === undefined ? '' : resolve(named)
  using client = await callApp()
  const isJson = values.json === true
  if (client) return await move(context, client.api, { folder, isJson, isOwn: false })
  await using app = await createOfflineApp(context.env)
  await app.adopt()
  return await move(context, app.api, { folder, isJson, isOwn: true })
}

interface Moving {
  folder: string
  isJson: boolean
  /** In this process: there is nobody else who would undo it and start the machine again. */
  isOwn: boolean
}

/** From here on the disk is where it was to go, and nothing is undone any more. */
const decided: ReadonlySet<DiskMove['step']> = new Set(['switch', 'finish', 'start'])

async function move(context: CliContext, api: Api, { folder, isJson, isOwn }: Moving) {
  const { say, write, writeError } = context
  const before = await api.machine.disk()
  const isCancelled = await follow(context, api.machine.moveDisk(folder), { isJson, isOwn })
  // What was read last does not tell it: the move may have been decided meanwhile.
  const disk = await api.machine.disk()
  const isMoved = disk.path !== before.path
  const state = async () => say(`status.${(await api.machine.status()).state}`)
  if (isCancelled && !isMoved) {
    const told = isOwn
      ? say('cli.moveDisk.undone', { state: await state() })
      : say('cli.moveDisk.cancelled')
    writeError(`${told}\n`)
    return 1
  }
  if (isCancelled && isOwn) writeError(`${say('cli.moveDisk.late', { state: await state() })}\n`)
  if (isJson) write(`${JSON.stringify({ step: 'done', disk })}\n`)
  else write(`${say('cli.moveDisk.done', { path: disk.path })}\n`)
  return 0
}

/** Shows the move until it is over, or Ctrl-C was pressed; resolves with whether it was. */
async function follow(
  context: CliContext,
  moves: AsyncIterable<DiskMove>,
  { isJson, isOwn }: Omit<Moving, 'folder'>,
): Promise<boolean> {
  const show = isJson ? showJson(context) : showWords(context)
  const state: { leaving?: Promise<unknown>; step?: DiskMove['step'] } = {}
  const items = moves[Symbol.asyncIterator]()
  const cancel = () => {
    if (state.step && decided.has(state.step)) return
    state.leaving ??= Promise.resolve(items.return?.())
  }
  process.on('SIGINT', cancel)
  try {
    for (let item = await items.next(); item.done !== true; item = await items.next()) {
      state.step = item.value.step
      show(item.value)
    }
    // An app undoes it by itself; else this process has to stay for it, and through another Ctrl-C.
    if (state.leaving && isOwn) {
      context.writeError(`${context.say('cli.moveDisk.undoing')}\n`)
      await state.leaving
    }
  } finally {
    process.off('SIGINT', cancel)
  }
  return state.leaving !== undefined
}

type Show = (progress: DiskMove) => void

function showJson({ write }: CliContext): Show {
  return (progress) => write(`${JSON.stringify(progress)}\n`)
}

/** A terminal shows how far a step is, in its line; into a file or a pipe goes a line for each step. */
function showWords({ say, writeError, isTerminal }: CliContext): Show {
  let last: DiskMove['step'] | undefined
  return (progress) => {
    const isNew = progress.step !== last
    last = progress.step
    const word = say(`cli.moveDisk.step.${progress.step}`)
    if (isNew) writeError(`${word}\n`)
    // Up a line, and over what stands there.
    else if (isTerminal) writeError(`\u001B[A\u001B[K${word}${toAmount(say, progress)}\n`)
  }
}

function toAmount(say: CliContext['say'], progress: DiskMove): string {
  if (!('bytes' in progress)) return ''
  const { bytes, total } = progress
  return ` ${say('cli.moveDisk.amount', { done: toGiB(bytes), total: toGiB(total) })}`
}
