import { AppError } from '#api'
import { toEngineError } from '../engine/errors.ts'
import { parseLine } from './progress.ts'

const longestMessage = 600
/** Below the sentence: what was written last. */
const mostDetails = 20

/** Why Compose could not do what it was told, by its own words; those of the engine are known by their own code. */
export function toRunError(project: string, message: string, lines: readonly string[]): AppError {
  const bare = toBare(message)
  const engine = knownToEngine(bare)
  if (engine) return engine
  // A build tells where it failed first, and what it was in the end.
  const params = { project, message: shorten(bare.trim().split('\n').at(-1) ?? bare) }
  const details = lines
    .flatMap((line) => line.split('\n'))
    .filter((line) => line.trim() !== '')
    .slice(-mostDetails)
    .map((line) => line.slice(0, longestMessage))
  const saysMore = details.some((line) => shorten(toBare(line)) !== params.message)
  return new AppError('compose-failed', params, saysMore ? { details } : {})
}

/** Why a file could not be read. */
export function toFileError(path: string, stderr: string): AppError {
  const message = lastMessage(stderr.split('\n'))
  if (message.includes('remote resource is disabled'))
    return new AppError('compose-remote', { path })
  return new AppError('compose-invalid', { path, message: shorten(message) })
}

/** What was told as an error last; else the last line that says something. */
export function lastMessage(lines: readonly string[]): string {
  const told = lines.map((line) => parseLine(line.trim()))
  const error = told.findLast((one) => one.kind === 'error')
  const text = told.findLast((one) => one.kind === 'text' && one.text.trim() !== '')
  if (error?.kind === 'error') return error.message
  return text?.kind === 'text' ? text.text : 'docker compose'
}

function knownToEngine(bare: string): AppError | undefined {
  const error = toEngineError(Object.assign(new Error(bare), { statusCode: 500 }))
  return error.code === 'engine-refused' ? undefined : error
}

function toBare(message: string): string {
  return message.replace(/^Error response from daemon: /, '')
}

/** A sentence of ours goes on after it. */
function shorten(message: string): string {
  return message.trim().replaceAll(/\s+/g, ' ').replace(/\.$/, '').slice(0, longestMessage)
}
