/** Ids that a window keeps over being loaded anew; they go with it. */
export interface KeptIds {
  /** Undefined for a window that has kept none yet. */
  read(): readonly string[] | undefined
  write(ids: readonly string[]): void
}

export function createKeptIds(key: string): KeptIds {
  return {
    read() {
      try {
        const value: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null')
        if (!Array.isArray(value)) return undefined
        return value.filter((id) => typeof id === 'string')
      } catch {
        return undefined
      }
    },
    write(ids) {
      try {
        sessionStorage.setItem(key, JSON.stringify(ids))
      } catch {
        // Without room or right a window that is loaded anew is one that was just opened.
      }
    },
  }
}
