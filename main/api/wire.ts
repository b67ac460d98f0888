import type { ErrorShape } from './errors.ts'
import type { Kind } from './kinds.ts'

/** All that a transport is: JSON text both ways, and news of its end. */
export interface Link {
  send(text: string): void
  onMessage(listener: (text: string) => void): void
  onClose(listener: () => void): void
}

export type Method = (...args: unknown[]) => unknown
export type KindTable = Readonly<Record<string, Readonly<Record<string, Kind>>>>

/**
 * From the side that asks. `absent` has the places of those arguments that are undefined, which JSON does not know: they
 * are null in `args`. `more` gives a stream credit for that many further items.
 */
export type Request =
  | { id: number; method: [service: string, name: string]; args: unknown[]; absent?: number[] }
  | { id: number; more: number }
  | { id: number; cancel: true }

/** From the side that serves. */
export type Answer =
  | { id: number; value: unknown }
  | { id: number; item: unknown }
  | { id: number; end: true }
  | { id: number; error: ErrorShape }

/** Arguments as they are sent. */
export function packArgs(args: readonly unknown[]): { args: unknown[]; absent?: number[] } {
  const absent = args.flatMap((arg, place) => (arg === undefined ? [place] : []))
  return { args: [...args], ...(absent.length > 0 && { absent }) }
}

/** What `packArgs` was given. */
export function unpackArgs({ args, absent = [] }: { args: unknown[]; absent?: number[] }) {
  return args.map((arg, place) => (absent.includes(place) ? undefined : arg))
}

/** A request as the other side sent it, or undefined for what no client of ours sends. */
export function parseRequest(text: string): Request | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const request = value as Partial<Record<string, unknown>>
  if (!Number.isSafeInteger(request['id'])) return undefined
  const method = request['method']
  if (method !== undefined) {
    const { args, absent } = request
    const isPair = Array.isArray(method) && method.length === 2
    const hasArgs = Array.isArray(args) && (absent === undefined || Array.isArray(absent))
    return isPair && hasArgs && method.every((part) => typeof part === 'string')
      ? (value as Request)
      : undefined
  }
  if (request['cancel'] === true) return value as Request
  return Number.isSafeInteger(request['more']) && Number(request['more']) > 0
    ? (value as Request)
    : undefined
}
