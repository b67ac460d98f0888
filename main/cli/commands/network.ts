import { readFile } from 'node:fs/promises'
import { text as readText } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import {
  type Api,
  AppError,
  type HostNetworkApi,
  type HostNetworkSnapshot,
  type NetworkTest,
} from '#api'
import { sayError } from '../../words/words.ts'
import { withApp } from '../calling.ts'
import { type CliContext, type Command, UsageError } from '../command.ts'

/** `network`, with or without a verb: by which proxies and authorities this computer reaches others. */
export const network: Command = async (context, args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      username: { type: 'string' },
      'password-stdin': { type: 'boolean' },
    },
  })
  const [verb, of, ...more] = positionals
  const isJson = values.json === true
  if (verb === undefined) return await withApp((api) => show(context, api, isJson))
  if (verb === 'test' && of !== undefined && more.length === 0)
    return await withApp((api) => test(context, api, { url: of, isJson }))
  const change = more.length === 0 ? toChange(verb, of, values) : undefined
  if (!change) throw new UsageError(context.say('cli.network.usage'))
  return await withApp(async (api) => {
    await change.work(api.hostNetwork)
    context.write(`${context.say(`cli.network.${change.told}`, { proxy: of ?? '' })}\n`)
    return 0
  })
}

interface Change {
  told: 'trusted' | 'distrusted' | 'loggedIn' | 'loggedOut' | 'restarted'
  work: (api: HostNetworkApi) => Promise<void>
}

function toChange(
  verb: string,
  of: string | undefined,
  { username, ...values }: { username?: string; 'password-stdin'?: boolean },
): Change | undefined {
  if (verb === 'restart-engine' && of === undefined)
    return { told: 'restarted', work: (api) => api.restartEngine() }
  if (of === undefined) return undefined
  if (verb === 'trust')
    return { told: 'trusted', work: async (api) => api.trust(await readPem(of)) }
  if (verb === 'distrust') return { told: 'distrusted', work: (api) => api.distrust(of) }
  if (verb === 'logout') return { told: 'loggedOut', work: (api) => api.logOut(of) }
  // A password among arguments is everybody's who lists processes.
  if (verb !== 'login' || username === undefined || values['password-stdin'] !== true)
    return undefined
  const work = async (api: HostNetworkApi) => {
    const password = (await readText(process.stdin)).replace(/\r?\n$/, '')
    await api.logIn({ proxy: of, username, password })
  }
  return { told: 'loggedIn', work }
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new AppError('input-invalid', { what: file }, { cause })
  }
}

async function show(context: CliContext, { hostNetwork }: Api, isJson: boolean): Promise<number> {
  for await (const snapshot of hostNetwork.watch()) {
    if (isJson) context.write(`${JSON.stringify(snapshot, null, 2)}\n`)
    else showSnapshot(context, snapshot)
    break
  }
  return 0
}

function showSnapshot({ say, write }: CliContext, snapshot: HostNetworkSnapshot): void {
  const { source, proxies, logins, authorities, engine, error } = snapshot
  write(`${say(`cli.network.source.${source}`)}\n`)
  for (const { scheme, url, username } of proxies) {
    const who = username === undefined ? '' : say('cli.network.as', { username })
    write(`  ${scheme.padEnd(5)}  ${url}  ${who}`.trimEnd())
    write('\n')
  }
  if (logins.length > 0) write(`${say('cli.network.logins')}\n`)
  for (const { proxy, username, place, error: trouble } of logins) {
    const kept = say(`cli.registries.${place}`)
    write(`  ${proxy}  ${say('cli.network.as', { username })}, ${kept}\n`)
    if (trouble) write(`    ${sayError(say, trouble)}\n`)
  }
  if (authorities.length > 0) write(`${say('cli.network.authorities')}\n`)
  for (const { subject, until, fingerprint } of authorities) {
    const date = new Date(until).toISOString().slice(0, 10)
    write(`  ${say('cli.network.until', { subject, date })}\n    ${fingerprint}\n`)
  }
  write(`${error ? sayError(say, error) : say(`cli.network.engine.${engine}`)}\n`)
}

/** Exit code 1 when it was not reached. */
async function test(
  { say, write }: CliContext,
  { hostNetwork }: Api,
  { url, isJson }: { url: string; isJson: boolean },
): Promise<number> {
  const result: NetworkTest = await hostNetwork.test(url)
  const { error, via, status = 0, ms } = result
  if (isJson) write(`${JSON.stringify(result, null, 2)}\n`)
  else if (error) {
    write(`✗ ${result.url}\n    ${sayError(say, error)}\n`)
    for (const line of error.details ?? []) write(`    ${line}\n`)
  } else {
    const way = via === undefined ? say('cli.network.direct') : say('cli.network.way', { via })
    write(`${say('cli.network.reached', { url: result.url, status, ms, way })}\n`)
  }
  return error ? 1 : 0
}
