import { parseArgs } from 'node:util'
import type { Api, RegistriesSnapshot } from '#api'
import { sayError } from '../../words/words.ts'
import { withApp } from '../calling.ts'
import { type CliContext, type Command, UsageError } from '../command.ts'

interface Asked {
  registry: string | undefined
  isJson: boolean
}

/** `registries [list|test|link|unlink] [registry] [--json]`: who we are at registries, and whether docker uses it. */
export const registries: Command = async (context, args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  })
  const [verb = 'list', registry, ...more] = positionals
  const asked = { registry, isJson: values.json === true }
  if (more.length === 0) {
    if (verb === 'list' && registry === undefined)
      return await withApp((api) => list(context, api, asked))
    if (verb === 'test') return await withApp((api) => test(context, api, asked))
    if ((verb === 'link' || verb === 'unlink') && registry !== undefined)
      return await withApp((api) => link(context, api, { registry, isLinked: verb === 'link' }))
  }
  throw new UsageError(context.say('cli.registries.usage'))
}

async function list(context: CliContext, api: Api, { isJson }: Asked): Promise<number> {
  const { say, write } = context
  const found = await read(api)
  if (isJson) write(`${JSON.stringify(found, null, 2)}\n`)
  else if (found.accounts.length === 0) write(`${say('cli.registries.none')}\n`)
  else showAccounts(context, found)
  return 0
}

function showAccounts({ say, write }: CliContext, { accounts }: RegistriesSnapshot): void {
  const width = Math.max(...accounts.map(({ registry }) => registry.length))
  for (const { registry, username, place, inDocker, test } of accounts) {
    const facts = [say(`cli.registries.${place}`), inDocker ? say('cli.registries.inDocker') : '']
    const line = [username, ...facts].filter((fact) => fact !== '').join(', ')
    write(`${registry.padEnd(width)}  ${line}\n`)
    if (test?.error) write(`    ${sayError(say, test.error)}\n`)
  }
}

/** Of one registry, or of all with a login. Exit code 1 when one fails. */
async function test(context: CliContext, api: Api, { registry, isJson }: Asked): Promise<number> {
  const { say, write } = context
  const { accounts } = await read(api)
  const names = registry === undefined ? accounts.map((one) => one.registry) : [registry]
  const tests = await Promise.all(
    names.map(async (name) => ({ registry: name, ...(await api.registries.test(name)) })),
  )
  if (isJson) write(`${JSON.stringify(tests, null, 2)}\n`)
  else if (tests.length === 0) write(`${say('cli.registries.none')}\n`)
  else
    for (const { registry: name, ms, error } of tests) {
      write(`${error ? '✗' : '✓'} ${name}${error ? '' : `  ${ms} ms`}\n`)
      if (error) write(`    ${sayError(say, error)}\n`)
    }
  return tests.some(({ error }) => error) ? 1 : 0
}

/** What is written into docker's config is shown before it is. */
async function link(
  { say, write }: CliContext,
  api: Api,
  { registry, isLinked }: { registry: string; isLinked: boolean },
): Promise<number> {
  const plan = await api.registries.dockerPlan(registry)
  await api.registries.linkDocker(registry, isLinked)
  write(`${say(`cli.registries.${isLinked ? 'linked' : 'unlinked'}`, { registry })}\n`)
  if (plan.before !== plan.after)
    write(`${plan.file}\n${toDiff('-', plan.before)}${toDiff('+', plan.after)}`)
  return 0
}

function toDiff(sign: string, text: string): string {
  return text === '' ? '' : text.replaceAll(/^/gm, `${sign} `) + '\n'
}

async function read(api: Api): Promise<RegistriesSnapshot> {
  for await (const snapshot of api.registries.watch()) return snapshot
  return { accounts: [], store: { place: 'memory' } }
}
