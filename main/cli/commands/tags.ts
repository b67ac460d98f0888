import { parseArgs } from 'node:util'
import { withApp } from '../calling.ts'
import { type Command, UsageError } from '../command.ts'

/** `tags <repository> [--json]`: the tags that a registry has, the newest first. */
export const tags: Command = async ({ say, write, writeError }, args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' } },
  })
  const [name, ...more] = positionals
  if (name === undefined || more.length > 0) throw new UsageError(say('cli.tags.usage'))
  const page = await withApp((api) => api.registries.tags(name))
  if (values.json === true) write(`${JSON.stringify(page, null, 2)}\n`)
  else for (const tag of page.tags) write(`${tag}\n`)
  // Apart from the list, which another program may read.
  if (page.tags.length === 0) writeError(`${say('cli.tags.none', { name })}\n`)
  if (page.next !== undefined) writeError(`${say('cli.tags.more', { count: page.tags.length })}\n`)
  return 0
}
