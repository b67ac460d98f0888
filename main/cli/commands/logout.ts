import { parseArgs } from 'node:util'
import { dockerHub } from '#api'
import { withApp } from '../calling.ts'
import { type Command, UsageError } from '../command.ts'

/** `logout [registry]`: forgets a login, and takes it out of docker's config. */
export const logout: Command = async ({ say, write }, args) => {
  const { positionals } = parseArgs({ args, allowPositionals: true })
  const [registry = dockerHub, ...more] = positionals
  if (more.length > 0) throw new UsageError(say('cli.logout.usage'))
  return await withApp(async ({ registries }) => {
    await registries.logOut(registry)
    write(`${say('cli.logout.done', { registry })}\n`)
    return 0
  })
}
