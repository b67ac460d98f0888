/**
 * What a reader of a long list gets: the whole list first, and again after every gap in which news may have been
 * missed; in between only what changed, so that one event among 5,000 containers costs one container.
 */
export type ListNews<T> = { all: T[] } | { changed: T[]; gone: string[] }
