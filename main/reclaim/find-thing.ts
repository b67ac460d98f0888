import type { ReclaimThing } from '#api'

const hash = /^(?:sha256:)?([0-9a-f]{64})$/

/**
 * The one that `text` means: by its id, else by any of its names, else by the twelve letters that are shown of an id that
 * is a hash. A volume's id is its name, of which no part means it. None when it could be several.
 */
export function findThing<T extends ReclaimThing>(
  things: readonly T[],
  text: string,
): T | undefined {
  const rules: ((thing: T) => boolean)[] = [
    ({ id }) => id === text,
    ({ name, names = [] }) => name === text || names.includes(text),
    ({ id }) => hash.exec(id)?.[1]?.slice(0, 12) === text,
  ]
  const found = rules.map((rule) => things.filter(rule)).find(({ length }) => length > 0)
  return found?.length === 1 ? found[0] : undefined
}
