import { AppError } from '#api'
import { parseNotShared } from '../words/not-shared.ts'

/** What was being done, for the sentence: the object's name as its user knows it. */
export interface Doing {
  container?: string
  image?: string
}

interface EngineAnswer {
  status: number | undefined
  message: string
}

/**
 * Gives a failure of the engine's client its code. The engine tells causes in prose only, so some are known by their
 * words (moby keeps these stable: its own CLI tests match them).
 */
export function toEngineError(error: unknown, doing: Doing = {}): AppError {
  if (error instanceof AppError) return error
  // A line that is no JSON.
  if (error instanceof SyntaxError) return new AppError('engine-garbled', {}, { cause: error })
  const answer = readAnswer(error)
  if (answer.status === undefined) return new AppError('engine-unreachable', {}, { cause: error })
  return known(answer, doing, error) ?? refused(answer, error)
}

function known({ status, message }: EngineAnswer, doing: Doing, cause: unknown) {
  const container = doing.container ?? ''
  const image = doing.image ?? ''
  const taken = /container name "\/?([^"]+)" is already in use/.exec(message)
  if (taken) return new AppError('container-name-taken', { name: taken[1] ?? container }, { cause })
  const path = parseNotShared(message)
  if (path !== undefined) return new AppError('folder-not-shared', { path }, { cause })
  const port = takenPort(message)
  if (port) return new AppError('port-taken', { port }, { cause })
  if (/no such image|manifest unknown|failed to resolve reference .*: not found/i.test(message)) {
    return new AppError('image-not-found', { image }, { cause })
  }
  if (/invalid reference format|must be lowercase/.test(message)) {
    return new AppError('image-name-invalid', { image }, { cause })
  }
  if (status === 404 && /no such container/i.test(message)) {
    // Of a run it is another's: one whose volumes or network it was to share.
    const missing = /no such container: (\S+)/i.exec(message)?.[1] ?? container
    return new AppError('container-missing', { name: missing }, { cause })
  }
  if (/container \S+ is not running/i.test(message)) {
    return new AppError('container-not-running', { name: container }, { cause })
  }
  if (status !== 409) return undefined
  if (doing.image === undefined)
    return new AppError('container-busy', { name: container }, { cause })
  if (/using its referenced image|is being used by|is using it/.test(message)) {
    return new AppError('image-in-use', { image }, { cause })
  }
  return undefined
}

/** "Bind for 0.0.0.0:8080 failed: port is already allocated", "listen tcp4 0.0.0.0:80: bind: address already in use" */
function takenPort(message: string): string | undefined {
  const found =
    /Bind for \S*?:(\d+) failed: port is already allocated/.exec(message) ??
    /:(\d+): bind: address already in use/.exec(message)
  return found?.[1]
}

function refused({ message }: EngineAnswer, cause: unknown): AppError {
  return new AppError('engine-refused', { message: message.slice(0, 600) }, { cause })
}

function readAnswer(error: unknown): EngineAnswer {
  if (!(error instanceof Error)) return { status: undefined, message: String(error) }
  const status =
    'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined
  const json = 'json' in error && typeof error.json === 'object' ? error.json : undefined
  const told =
    json && 'message' in json && typeof json.message === 'string' ? json.message : undefined
  // Where the answer was a stream, the client has only put its own words before the engine's.
  const bare = error.message.replace(/^\(HTTP code \d+\) [^-]* - /, '').trim()
  // A proxy's page, or an answer of nothing: its number says more than its text.
  const plain = told ?? bare
  return { status, message: plain === '' || plain.startsWith('<') ? `HTTP ${status ?? ''}` : plain }
}
