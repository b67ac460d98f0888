import { AppError, type ErrorCode } from '#api'
import { registryFaults } from '../registry/failure.ts'
import { type Doing, toEngineError } from './errors.ts'

/**
 * What the engine is known to say of a registry, in the words of its parts: containerd, Go's network, the registry itself.
 * The first that fits counts.
 */
const causes: readonly (readonly [RegExp, ErrorCode])[] = [
  [/no matching manifest for|no match for platform/i, 'image-platform-missing'],
  [/toomanyrequests|\b429\b|too many requests/i, 'registry-limited'],
  [/proxyconnect|\b407\b/i, 'registry-proxy'],
  [
    /x509:|tls: |certificate (?:signed|is not|has expired)|server gave HTTP response/i,
    'registry-tls',
  ],
  [/no such host|server misbehaving|temporary failure in name resolution/i, 'registry-dns'],
  [/connection refused|no route to host|network is unreachable/i, 'registry-unreachable'],
  [
    /i\/o timeout|TLS handshake timeout|context deadline exceeded|Client\.Timeout/i,
    'registry-slow',
  ],
  [/unexpected EOF|connection reset|broken pipe/i, 'registry-cut'],
  [/unexpected commit digest|content digest .* not found|failed size validation/i, 'registry-lied'],
  [
    /access (?:to the resource is )?denied|insufficient_scope|unauthorized|\b40[13]\b/i,
    'registry-denied',
  ],
  [/not found|manifest unknown|does not exist/i, 'image-not-found'],
  [/\b5\d\d\b (?:Internal|Bad|Service|Gateway)/i, 'registry-busy'],
]

/** What the engine refuses when it pulls is the registry's doing more often than its own. */
export function toPullError(image: string, error: unknown): AppError {
  const doing: Doing = { image }
  const known = toEngineError(error, doing)
  if (known.code !== 'engine-refused') return known
  const message = String(known.params['message'])
  const own = ownCause(message)
  const code = own?.code ?? causes.find(([words]) => words.test(message))?.[1]
  if (code === undefined) return new AppError('pull-failed', { image, message }, { cause: error })
  const details = code === 'image-not-found' ? [] : [message]
  return new AppError(
    code,
    { image, host: own?.mirror ?? registryOf(image) },
    { cause: error, details },
  )
}

/** What our own mirror has said of the registry or of one of its mirrors, which the engine passes on; see mirrors/refuse.ts. */
function ownCause(message: string): { code: ErrorCode; mirror?: string } | undefined {
  const [, word, mirror] = / \((\w+)(?: at ([^\s()]+))?\)$/.exec(message) ?? []
  const fault = registryFaults.find((one) => one === word)
  return fault && { code: `registry-${fault}`, ...(mirror !== undefined && { mirror }) }
}

/** The registry that a name of an image stands for: what comes before the first slash, when it looks like a host. */
function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/')
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  return isHost ? first : 'docker.io'
}
