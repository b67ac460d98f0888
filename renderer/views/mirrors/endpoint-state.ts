import type { EndpointState, ErrorShape, MirrorEndpoint } from '#api'
import type { Tone } from '../../components/AppStateDot.vue'

/** Its state at a moment: nobody tells when a rest is over. */
export function stateAt(
  { state, restsUntil = 0, bytes }: Pick<MirrorEndpoint, 'state' | 'restsUntil' | 'bytes'>,
  now: number,
): EndpointState {
  if (state !== 'resting' || restsUntil > now) return state
  return bytes > 0 ? 'good' : 'unused'
}

/** What is told of an endpoint in a word: a test says more than that it was not used yet. */
export type EndpointMark = EndpointState | 'passed' | 'answers' | 'failed'

export function markOf(
  endpoint: Pick<MirrorEndpoint, 'state' | 'restsUntil' | 'bytes' | 'test'>,
  now: number,
): EndpointMark {
  const state = stateAt(endpoint, now)
  if (state === 'off' || state === 'resting') return state
  if (endpoint.test?.error) return 'failed'
  if (state !== 'unused' || !endpoint.test) return state
  // To answer is less than to give an image.
  return endpoint.test.image === undefined ? 'answers' : 'passed'
}

/** Why it rests while it does, else what its last test found. */
export function errorOf(endpoint: MirrorEndpoint, now: number): ErrorShape | undefined {
  const reason = stateAt(endpoint, now) === 'resting' ? endpoint.restsFor : undefined
  return reason ?? endpoint.test?.error
}

export function toMarkTone(mark: EndpointMark): Tone {
  if (mark === 'good' || mark === 'passed') return 'success'
  if (mark === 'failed') return 'error'
  return mark === 'resting' ? 'warning' : 'neutral'
}

/** Without what is the same for all. */
export function toPlace(url: string): string {
  return url.replace(/^https:\/\//, '').replace(/\/$/, '')
}

/** What to call a mirror: its name, else the computer it is on. */
export function toMirrorName({ name, url }: Pick<MirrorEndpoint, 'name' | 'url'>): string {
  return name ?? (URL.canParse(url) ? new URL(url).host : url)
}
