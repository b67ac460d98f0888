import { AppError, toImagePlace } from '#api'
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

/** What the engine is known to say of a registry that it pulls from. */
const causes: readonly Cause[] = [
  [/no matching manifest for|no match for platform/i, 'image-platform-missing'],
  [limitedWords, 'registry-limited'],
  ...wayCauses,
  [slowWords, 'registry-slow'],
  [cutWords, 'registry-cut'],
  [/unexpected commit digest|content digest .* not found|failed size validation/i, 'registry-lied'],
  [
    /access (?:to the resource is )?denied|insufficient_scope|unauthorized|authentication required|no basic auth credentials|\b40[13]\b/i,
    'registry-denied',
  ],
  [/not found|manifest unknown|does not exist/i, 'image-not-found'],
  [busyWords, 'registry-busy'],
]

/** What the engine refuses when it pulls is the registry's doing more often than its own. */
export function toPullError(image: string, error: unknown): AppError {
  const known = toEngineError(error, { image })
  if (known.code !== 'engine-refused') return known
  const message = String(known.params['message'])
  const own = ownCause(message)
  const code = own?.code ?? findCause(message, causes)
  if (code === undefined) return new AppError('pull-failed', { image, message }, { cause: error })
  const details = code === 'image-not-found' ? [] : [message]
  return new AppError(
    code,
    { image, host: own?.mirror ?? toImagePlace(image).registry, ...byProxy(own) },
    { cause: error, details },
  )
}
