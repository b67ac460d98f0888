import { applyNews, type ListNews } from '#api'
import { mapItems } from '../../renderer/api/reading.ts'

/** What a window that applies the news of a list knows, after each of them. */
export function listsOf<T extends { id: string }>(
  source: AsyncIterable<ListNews<T>>,
): AsyncIterable<T[]> {
  const known = new Map<string, T>()
  return mapItems(source, (news) => {
    applyNews(known, news)
    return [...known.values()]
  })
}
