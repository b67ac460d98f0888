import { parseArgs } from 'node:util'
import { withApp } from '../calling.ts'
import { type Command, UsageError } from '../command.ts'

/** `search <term> [--json]`: what Docker Hub has, a line each with its stars. */
export const search: Command = async ({ say, write }, args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  })
  const term = positionals.join(' ').trim()
  if (term === '') throw new UsageError(say('cli.search.usage'))
  const results = await withApp((api) => api.registries.search(term))
  if (values.json === true) write(`${JSON.stringify(results, null, 2)}\n`)
  else if (results.length === 0) write(`${say('cli.search.none', { term })}\n`)
  else
    for (const { name, stars, official, description } of results) {
      const facts = [`★ ${stars}`, official ? say('cli.search.official') : '', description]
      write(`${name}  ${facts.filter((fact) => fact !== '').join('  ')}\n`)
    }
  return 0
}
