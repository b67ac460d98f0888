import { readPath, type RequestKind, type SeenRequest } from './request-log.ts'

/**
 * What a registry can do to who asks it:
 * - `refuse`: its port is closed, also to those that are connected.
 * - `swallow`: takes a request and never answers.
 * - `slow-first-byte`: answers in order, but so late.
 * - `stall`: nothing more comes after so many bytes of a body; the connection stays.
 * - `cut`: a reset once the client's kernel has so many bytes of a body; a client that is not reading may lose some.
 * - `lie`: one bit in the middle of a blob is turned, or one digit in the last digest of a manifest; all else fits.
 * - `lag`: knows for a tag (`library/app:1`) an older manifest, by digest; has nothing of the tags and digests that are
 *   `missing`.
 * - `rate-limit`: 429, with Retry-After as seconds or as a date, or without.
 * - `server-error`: such a status, and the text of a gateway.
 * - `garbage`: 200 and a page of HTML, as of a hotel's network.
 * - `wrong-length`: Content-Length is off by so much; the connection is closed after what there is.
 * - `redirect`: blobs lie on another origin, which refuses whoever shows it an Authorization, as S3 does.
 * - `ignore-range`: 200 and the whole for who asked for a part (RFC 9110 section 14.2 allows it).
 *
 * Those of bodies, redirects and ranges leave alone what is no success, so that a client can log in.
 *
 * What TCP itself can do (hold before TLS, forget, throttle) is `startFaultProxy`'s, with its `to` this proxy's port.
 */
export type RegistryFault =
  | { kind: 'refuse' }
  | (Applies &
      (
        | { kind: 'swallow' | 'lie' | 'garbage' | 'redirect' | 'ignore-range' }
        | { kind: 'slow-first-byte'; ms: number }
        | { kind: 'stall' | 'cut'; afterBytes: number }
        | { kind: 'lag'; older?: Readonly<Record<string, string>>; missing?: readonly string[] }
        | { kind: 'rate-limit'; retryAfter?: string }
        | { kind: 'server-error'; status: number }
        | { kind: 'wrong-length'; by: number }
      ))

interface Applies {
  /** Which requests it meets: blobs where it is about a body, a redirect or a range; else all. */
  on?: RequestKind
  /** How many requests it meets, until it is over; all when not given. */
  times?: number
}

/** One that meets a request. */
export type MetFault = Exclude<RegistryFault, { kind: 'refuse' }>

/** Faults of what a registry gives, which is nothing when it refuses. */
export const ofSuccess: readonly string[] = [
  ...(['stall', 'cut', 'lie', 'wrong-length', 'redirect', 'ignore-range'] satisfies Kind[]),
]

type Kind = RegistryFault['kind']

/** The faults of the moment, in their order. */
export interface Faults {
  /** The first that this request meets; it is one of its times. */
  meet(request: SeenRequest): MetFault | undefined
  /** It met one that it could do nothing to, which is none of its times. */
  missed(fault: MetFault): void
}

export function createFaults(faults: readonly RegistryFault[]): Faults {
  const left = faults
    .filter((fault) => fault.kind !== 'refuse')
    .map((fault) => ({ fault, times: fault.times ?? Infinity }))
  return {
    meet(request) {
      const met = left.find(({ fault, times }) => times > 0 && isMet(fault, request))
      if (met) met.times--
      return met?.fault
    },
    missed(fault) {
      for (const one of left) if (one.fault === fault) one.times++
    },
  }
}

/** Whether it would change the answer to this request. */
function isMet(fault: MetFault, request: SeenRequest): boolean {
  const { kind, method, origin, range } = request
  const isOn = (standard: RequestKind) => (fault.on ?? standard) === kind
  switch (fault.kind) {
    case 'stall':
    case 'cut':
    case 'lie':
    case 'wrong-length':
      return isOn('blob') && method === 'GET'
    case 'redirect':
      return isOn('blob') && origin === 'registry' && ['GET', 'HEAD'].includes(method)
    case 'ignore-range':
      return isOn('blob') && range !== undefined
    case 'lag':
      return isOn(kind) && laggedPath(fault, request.path) !== request.path
    case 'swallow':
    case 'slow-first-byte':
    case 'rate-limit':
    case 'server-error':
    case 'garbage':
      return isOn(kind)
  }
}

/** The path that is answered instead; undefined when there is nothing yet. */
export function laggedPath(fault: MetFault, path: string): string | undefined {
  const { kind, repository, wanted } = readPath(path)
  if (fault.kind !== 'lag' || !wanted) return path
  const tag = `${repository}:${wanted}`
  if (fault.missing?.some((one) => one === tag || one === wanted)) return undefined
  const older = kind === 'manifest' ? fault.older?.[tag] : undefined
  return older === undefined ? path : `/v2/${repository}/manifests/${older}`
}
