/**
 * What a reader of a long list gets: the whole list first, and again after every gap in which news may have been
 * missed; in between only what changed, so that one event among 5,000 containers costs one container.
 */
export type ListNews<T> = { all: T[] } | { changed: T[]; gone: string[] }

/** Has `known`, which is by id, know these news. What was there keeps its place, what is new comes last. */
export function applyNews<T extends { id: string }>(
  known: Map<string, T>,
  news: ListNews<T>,
): void {
  if ('all' in news) known.clear()
  else for (const id of news.gone) known.delete(id)
  for (const item of 'all' in news ? news.all : news.changed) known.set(item.id, item)
}
