import { parseArgs } from 'node:util'
import {
  type Api,
  type ReclaimChoice,
  type ReclaimItem,
  type ReclaimPlan,
  type ReclaimRun,
  type ReclaimStep,
} from '#api'
import { saySize } from '../../words/sizes.ts'
import { findThing } from '../../reclaim/find-thing.ts'
import { sayError } from '../../words/words.ts'
import { withApp } from '../calling.ts'
import type { CliContext, Command } from '../command.ts'
import { chooseByName } from '../reclaim-choice.ts'

/**
 * `reclaim [--yes] [--include names | --only names] [--dry-run] [--json]`: shows what takes space; with `--yes`, gives it
 * back. Exit code 1 when something of it failed.
 */
export const reclaim: Command = async (context, args) => {
  const { values } = parseArgs({
    args,
    options: {
      ...{ yes: { type: 'boolean' }, 'dry-run': { type: 'boolean' }, json: { type: 'boolean' } },
      ...{ include: { type: 'string' }, only: { type: 'string' } },
    },
  })
  return await withApp(async (api) => {
    const plan = await api.reclaim.plan()
    const choices = chooseByName(context.say, plan, values)
    if (values.yes === true && values['dry-run'] !== true) {
      return await run(context, api, { plan, choices, isJson: values.json === true })
    }
    if (values.json === true) context.write(`${JSON.stringify({ ...plan, choices }, null, 2)}\n`)
    else showPlan(context, plan, choices)
    return 0
  })
}

interface Chosen {
  plan: ReclaimPlan
  choices: ReclaimChoice[]
  isJson: boolean
}

async function run(context: CliContext, api: Api, { plan, choices, isJson }: Chosen) {
  let last: ReclaimRun | undefined
  let shown = 0
  for await (const now of api.reclaim.run(plan.id, choices)) {
    last = now
    const over = now.steps.filter(({ state }) => state === 'done' || state === 'failed')
    if (!isJson) for (const step of over.slice(shown)) showStep(context, step)
    shown = over.length
  }
  if (isJson) context.write(`${JSON.stringify(last, null, 2)}\n`)
  else if (last) showHost(context, last)
  return last?.steps.some(({ state }) => state === 'failed') ? 1 : 0
}

function showPlan({ say, write }: CliContext, plan: ReclaimPlan, choices: ReclaimChoice[]): void {
  const items = plan.items.filter(({ bytes, count }) => bytes > 0 || count > 0)
  if (items.length === 0) {
    write(`${say('cli.reclaim.nothing')}\n`)
    return
  }
  const chosen = new Map(choices.map((choice) => [choice.kind, choice]))
  const rows = items.map((item) => [
    chosen.has(item.kind) ? '✓' : ' ',
    item.kind,
    saySize(item.bytes).padStart(8),
    (item.count > 0 ? String(item.count) : '').padStart(5),
    say(`reclaim.kind.${item.kind}`),
  ])
  const width = Math.max(...rows.map(([, kind = '']) => kind.length))
  for (const [mark, kind = '', ...rest] of rows)
    write(`${mark} ${kind.padEnd(width)}  ${rest.join('  ')}\n`)
  const size = saySize(items.reduce((total, item) => total + sizeOf(item, chosen), 0))
  write(`${say('cli.reclaim.plan', { size })}\n`)
  if (items.some(({ kind }) => kind.endsWith('volumes'))) write(`${say('cli.reclaim.data')}\n`)
}

function sizeOf(item: ReclaimItem, chosen: ReadonlyMap<string, ReclaimChoice>): number {
  const choice = chosen.get(item.kind)
  if (!choice) return 0
  const { only } = choice
  if (!only) return item.bytes
  const things = new Set(only.map((name) => findThing(item.things, name)))
  return [...things].reduce((total, thing) => total + (thing?.bytes ?? 0), 0)
}

function showStep({ say, write }: CliContext, step: ReclaimStep): void {
  const mark = step.state === 'done' ? '✓' : '✗'
  const kept = step.kept > 0 ? `, ${say('cli.reclaim.kept', { count: step.kept })}` : ''
  write(`${mark} ${say(`reclaim.kind.${step.kind}`)}: ${saySize(step.bytes)}${kept}\n`)
  if (step.error) write(`    ${sayError(say, step.error)}\n`)
}

function showHost({ say, write }: CliContext, { before, after }: ReclaimRun): void {
  if (!after) return
  const tell = (what: 'disk' | 'memory', from: number, to: number) =>
    write(`${say(`cli.reclaim.${what}`, { before: saySize(from), after: saySize(to) })}\n`)
  tell('disk', before.disk, after.disk)
  if (before.memory !== undefined && after.memory !== undefined)
    tell('memory', before.memory, after.memory)
}
