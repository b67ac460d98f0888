import { AppError, type ErrorCode, toImagePlace } from '#api'
import { toEngineError } from './errors.ts'
import {
  busyWords,
  byProxy,
  type Cause,
  cutWords,
  findCause,
  limitedWords,
  ownCause,
  slowWords,
  wayCauses,
} from './registry-words.ts'

/**
 * What the engine says of a push: moby's daemon/containerd/image_push.go and registry_errors.go, containerd's
 * core/remotes/docker/pusher.go, and the distribution specification's own words for its codes.
 */
const causes: readonly Cause[] = [
  [/tag does not exist|does not exist locally/i, 'push-missing'],
  [/does not provide (?:any|the specified) platform|content digest .*not found/i, 'push-partial'],
  [/\b413\b|entity too large|content too large/i, 'push-large'],
  [/\b405\b|method not allowed|operation is unsupported|read.?only/i, 'push-unsupported'],
  [limitedWords, 'push-limited'],
  ...wayCauses,
  [cutWords, 'registry-cut'],
  [slowWords, 'push-busy'],
  [
    /denied|insufficient_scope|authentication required|unauthorized|no basic auth credentials|missing username or secret|authorization failed|\b40[13]\b/i,
    'push-denied',
  ],
  [busyWords, 'push-busy'],
]

/** No mirror helps a push. */
const ofPush: Partial<Record<ErrorCode, ErrorCode>> = {
  'registry-limited': 'push-limited',
  'registry-busy': 'push-busy',
  'registry-slow': 'push-busy',
}

/**
 * What the engine refuses when it pushes is the registry's doing more often than its own.
 * @param options.isKnown whether an account was shown to the registry
 */
export function toPushError(
  image: string,
  error: unknown,
  options: { isKnown: boolean },
): AppError {
  const known = toEngineError(error, { image })
  if (known.code !== 'engine-refused') return known
  const message = String(known.params['message'])
  const own = ownCause(message)
  const cause = own ? (ofPush[own.code] ?? own.code) : findCause(message, causes)
  if (cause === undefined) return new AppError('push-failed', { image, message }, { cause: error })
  // Registries say the same to those whom they do not know and to those who may not.
  const code = cause === 'push-denied' && !options.isKnown ? 'push-login' : cause
  const details = code === 'push-missing' ? [] : [message]
  const host = toImagePlace(image).registry
  return new AppError(code, { image, host, ...byProxy(own) }, { cause: error, details })
}
