import { parseArgs } from 'node:util'
import { dockerHub } from '#api'
import { withApp } from '../calling.ts'
import { type Command, UsageError } from '../command.ts'
import { readPassword } from '../read-password.ts'

const places = ['plain', 'memory'] as const

/**
 * `login [registry] -u NAME [--password-stdin] [--keep plain|memory]`: the password comes from the terminal or the input,
 * and is no argument, which every program of this computer can read. Exit code 1 when the registry refuses it.
 */
export const login: Command = async (context, args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      username: { type: 'string', short: 'u' },
      'password-stdin': { type: 'boolean' },
      keep: { type: 'string' },
    },
  })
  const { say, write } = context
  const [registry = dockerHub, ...more] = positionals
  const { username, keep } = values
  const accept = places.find((place) => place === keep)
  if (more.length > 0 || username === undefined || (keep !== undefined && !accept))
    throw new UsageError(say('cli.login.usage'))
  return await withApp(async ({ registries }) => {
    const password = await readPassword(context, { isInput: values['password-stdin'] === true })
    if (password === undefined) return 1
    await registries.logIn({ registry, username, password, ...(accept && { accept }) })
    write(`${say('cli.login.done', { registry, username })}\n`)
    return 0
  })
}
