import { z } from 'zod'
import { AppError } from '#api'
import type { CredentialsApi } from '../control/api.ts'
import { callApp } from '../control/client.ts'
import { notFound } from '../credentials/helper.ts'
import { sayError } from '../words/words.ts'
import type { CliContext } from './command.ts'

type Terminal = Pick<CliContext, 'say' | 'write' | 'writeError'>

const login = z.object({ ServerURL: z.string(), Username: z.string(), Secret: z.string() })

/**
 * `docker-credential-berth <verb>`, as docker runs it: https://github.com/docker/docker-credential-helpers#development.
 * Answers, and what is wrong, stand in the output. While the app does not run, nobody is logged in: docker then goes on
 * without a login, and gets what everybody may have, from other engines as well; why is said beside.
 */
export async function answerDocker(
  verb: string | undefined,
  input: string,
  terminal: Terminal,
): Promise<number> {
  const { say, write, writeError } = terminal
  const fail = (text: string) => {
    write(`${text}\n`)
    return 1
  }
  using client = await callApp()
  try {
    if (client) return (await answer(client.api.credentials, verb, input, write)) ?? fail(notFound)
    const sentence = sayError(say, new AppError('not-running'))
    if (verb === 'list') write('{}\n')
    if (verb === 'list') return 0
    if (verb !== 'get') return fail(sentence)
    writeError(`${sentence}\n`)
    return fail(notFound)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    // An address that is none is one where nobody is logged in.
    return fail(error.code === 'registry-name-invalid' ? notFound : sayError(say, error))
  }
}

/** The exit code; undefined for what is not there. */
async function answer(
  credentials: CredentialsApi,
  verb: string | undefined,
  input: string,
  write: (text: string) => void,
): Promise<number | undefined> {
  if (verb === 'get') {
    const found = await credentials.get(input.trim())
    if (!found) return undefined
    write(`${JSON.stringify(found)}\n`)
  } else if (verb === 'list') write(`${JSON.stringify(await credentials.list())}\n`)
  else if (verb === 'store') await credentials.store(readLogin(input))
  else if (verb === 'erase') await credentials.erase(input.trim())
  else throw new AppError('input-invalid', { what: verb ?? 'docker-credential-berth' })
  return 0
}

/** Its text is never told: it holds a password. @throws {AppError} `registry-login-invalid` */
function readLogin(input: string) {
  try {
    return login.parse(JSON.parse(input))
  } catch {
    throw new AppError('registry-login-invalid')
  }
}
