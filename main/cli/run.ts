import { AppError, type ErrorCode } from '#api'
import { sayError } from '../words/words.ts'
import { type CliContext, type Command, UsageError } from './command.ts'
import { doctor } from './commands/doctor.ts'
import { engine } from './commands/engine.ts'
import { env } from './commands/env.ts'
import { get } from './commands/get.ts'
import { login } from './commands/login.ts'
import { logout } from './commands/logout.ts'
import { logs } from './commands/logs.ts'
import { mirrors } from './commands/mirrors.ts'
import { moveDisk } from './commands/move-disk.ts'
import { network } from './commands/network.ts'
import { ports } from './commands/ports.ts'
import { reclaim } from './commands/reclaim.ts'
import { registries } from './commands/registries.ts'
import { restart } from './commands/restart.ts'
import { search } from './commands/search.ts'
import { set } from './commands/set.ts'
import { shell } from './commands/shell.ts'
import { start } from './commands/start.ts'
import { status } from './commands/status.ts'
import { stop } from './commands/stop.ts'
import { tags } from './commands/tags.ts'
import { ui } from './commands/ui.ts'
import { version } from '../version.ts'

const commands: Readonly<Record<string, Command>> = {
  start,
  stop,
  restart,
  status,
  doctor,
  reclaim,
  env,
  engine,
  ports,
  mirrors,
  login,
  logout,
  registries,
  search,
  tags,
  'move-disk': moveDisk,
  network,
  ui,
  shell,
  logs,
  get,
  set,
}

/** Runs `berth <argv>`, and returns the exit code. */
export async function runCli(argv: string[], context: CliContext): Promise<number> {
  const [name, ...args] = argv
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    context.write(`${context.say('cli.usage')}\n`)
    return name === undefined ? 2 : 0
  }
  if (name === '--version' || name === '-v') {
    context.write(`${version}\n`)
    return 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    context.writeError(`${context.say('cli.unknown', { name })}\n`)
    return 2
  }
  try {
    return await command(context, args)
  } catch (error) {
    return tell(context, error)
  }
}

function tell(context: CliContext, error: unknown): number {
  if (isUsage(error)) {
    context.writeError(`${error.message}\n${context.say('cli.usage')}\n`)
    return 2
  }
  if (!(error instanceof AppError)) throw error
  context.writeError(`${sayError(context.say, error)}\n`)
  for (const line of error.details) context.writeError(`  ${line}\n`)
  if (error.code === 'not-running') return 3
  return mistyped.has(error.code) ? 2 : 1
}

/** What was asked for can never be done as it was typed. */
const mistyped: ReadonlySet<ErrorCode> = new Set([
  'setting-unknown',
  'setting-invalid',
  'mirror-url-invalid',
  'mirror-registry-invalid',
  'registry-name-invalid',
  'registry-login-invalid',
  'network-url-invalid',
  'authority-invalid',
  'authority-key',
  'repository-name-invalid',
  'search-term-invalid',
])

function isUsage(error: unknown): error is Error {
  const parse =
    error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  return error instanceof UsageError || parse
}
