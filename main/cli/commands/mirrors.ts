import { parseArgs } from 'node:util'
import {
  dockerHub,
  type MirrorEndpoint,
  type MirroredRegistry,
  type MirrorTest,
  toRegistryName,
} from '#api'
import { saySize } from '../../words/sizes.ts'
import { sayError } from '../../words/words.ts'
import { withApp } from '../calling.ts'
import { type CliContext, type Command, UsageError } from '../command.ts'
import { openMirrors } from '../mirrors.ts'

interface Asked {
  registry: string | undefined
  urls: string[]
  isJson: boolean
}

/** `mirrors list|add|remove|enable|disable|order|test`: who is asked for images before their registries. */
export const mirrors: Command = async (context, args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { for: { type: 'string' }, json: { type: 'boolean' } },
  })
  const [verb = 'list', ...urls] = positionals
  const registry = values.for === undefined ? undefined : toRegistryName(values.for)
  const asked = { registry, urls, isJson: values.json === true }
  if (verb === 'list' && urls.length === 0) return await list(context, asked)
  if (verb === 'test' && urls.length === 0) return await test(context, asked)
  if (verb === 'order' && urls.length > 0) return await order(context, asked)
  const [url, ...more] = urls
  if (isChange(verb) && url !== undefined && more.length === 0)
    return await change(context, verb, { url, registry: registry ?? dockerHub })
  throw new UsageError(context.say('cli.mirrors.usage'))
}

const done = { add: 'added', remove: 'removed', enable: 'enabled', disable: 'disabled' } as const
type Change = keyof typeof done

function isChange(verb: string): verb is Change {
  return Object.hasOwn(done, verb)
}

async function change(
  { say, write }: CliContext,
  verb: Change,
  mirror: { url: string; registry: string },
): Promise<number> {
  using known = await openMirrors()
  if (verb === 'add') await known.add(mirror)
  else if (verb === 'remove') await known.remove(mirror)
  else await known.enable(mirror, verb === 'enable')
  write(`${say(`cli.mirrors.${done[verb]}`, mirror)}\n`)
  return 0
}

async function list(context: CliContext, { registry, isJson }: Asked): Promise<number> {
  using known = await openMirrors()
  const { registries, unusable } = await known.look()
  const wanted = registries.filter((one) => registry === undefined || one.registry === registry)
  if (isJson) context.write(`${JSON.stringify(wanted, null, 2)}\n`)
  else {
    showLists(context, wanted)
    for (const error of unusable) context.writeError(`${sayError(context.say, error)}\n`)
  }
  return 0
}

async function order(context: CliContext, { registry = dockerHub, urls }: Asked): Promise<number> {
  using known = await openMirrors()
  await known.order(registry, urls)
  const { registries } = await known.look()
  const found = registries.filter((one) => one.registry === registry)
  context.write(`${context.say('cli.mirrors.ordered', { registry })}\n`)
  for (const { endpoints } of found) showEndpoints(context, endpoints)
  return 0
}

function showLists(context: CliContext, all: readonly MirroredRegistry[]): void {
  const mirrored = all.filter(({ endpoints }) => endpoints.length > 1)
  if (mirrored.length === 0) context.write(`${context.say('cli.mirrors.none')}\n`)
  for (const { registry, endpoints } of mirrored) {
    context.write(`${registry}\n`)
    showEndpoints(context, endpoints)
  }
}

/** A line for each, in the order in which they are asked. */
function showEndpoints({ say, write }: CliContext, endpoints: readonly MirrorEndpoint[]): void {
  const width = Math.max(...endpoints.map(({ url }) => url.length))
  for (const { url, kind, name, state, bytes } of endpoints) {
    const what = kind === 'registry' ? say('cli.mirrors.itself') : (name ?? '')
    const facts = [say(`cli.mirrors.${state}`), bytes > 0 ? saySize(bytes) : '', what]
    write(`  ${url.padEnd(width)}  ${facts.filter((fact) => fact !== '').join(', ')}\n`)
  }
}

/** Exit code 1 when nobody passed: then no image comes. */
async function test(context: CliContext, { registry, isJson }: Asked): Promise<number> {
  return await withApp(async (api) => {
    const results: MirrorTest[] = []
    for await (const result of api.mirrors.test(registry)) {
      results.push(result)
      if (!isJson) showTest(context, result)
    }
    if (isJson) context.write(`${JSON.stringify(results, null, 2)}\n`)
    return results.some(({ error }) => !error) ? 0 : 1
  })
}

function showTest({ say, write }: CliContext, result: MirrorTest): void {
  const { registry, url, image, pingMs, manifestMs, bytesPerSecond, lags, error } = result
  const ms = manifestMs ?? pingMs
  const facts = [
    ms === undefined ? '' : `${ms} ms`,
    bytesPerSecond === undefined ? '' : `${saySize(bytesPerSecond)}/s`,
    lags === true ? say('cli.mirrors.lags') : '',
    image === undefined ? say('cli.mirrors.answers') : '',
  ].filter((fact) => fact !== '')
  write(`${error ? '✗' : '✓'} ${registry}  ${url}  ${error ? '' : facts.join(', ')}`.trimEnd())
  write(error ? `\n    ${sayError(say, error)}\n` : '\n')
}
