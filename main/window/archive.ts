import { AppError } from '#api'

/** What a request for an archive asks for. */
export interface ArchiveRequest {
  /** Of the images, by name or id. */
  names: string[]
  /** What the file is to be called. */
  file: string
}

/**
 * Reads `download/image?name=…&name=…&file=…`. The file's name is only a proposal to the browser, and holds nothing
 * that a header or a file system gives a meaning.
 * @throws {AppError} `input-invalid`
 */
export function parseArchiveRequest(query: URLSearchParams): ArchiveRequest {
  const names = query.getAll('name')
  if (names.length === 0 || names.length > 500)
    throw new AppError('input-invalid', { what: 'name' })
  const file = (query.get('file') ?? '').replace(/[^\w.-]+/g, '_').replace(/^\.+/, '')
  return { names, file: file === '' ? 'images.tar' : file.slice(0, 128) }
}
