import { vi } from 'vitest'

/** A browser's `localStorage` that is empty, and what it holds. It is taken away by `vi.unstubAllGlobals`. */
export function keepInBrowser(): Map<string, string> {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
  })
  return kept
}
