import { vi } from 'vitest'

/** A browser's storage that is empty, and what it holds. It is taken away by `vi.unstubAllGlobals`. */
export function keepInBrowser(
  name: 'localStorage' | 'sessionStorage' = 'localStorage',
): Map<string, string> {
  const kept = new Map<string, string>()
  vi.stubGlobal(name, {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
  })
  return kept
}
