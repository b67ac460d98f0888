import { constants } from 'node:fs'
import { access, realpath, stat } from 'node:fs/promises'
import { isAbsolute, parse, resolve } from 'node:path'
import { AppError, type Settings } from '#api'

/**
 * Whether each of these can be shared now. What is in `known` is shared already: a disk that is not plugged in keeps
 * nobody from changing the others.
 * @throws {AppError} `share-invalid`, `share-root`, `share-missing`, `share-unreadable`, `share-twice`, with `path`
 */
export async function checkShares(
  shares: Settings['shares'],
  known: Settings['shares'] = [],
): Promise<void> {
  const kept = new Set(known.map(({ path }) => path))
  const seen = new Set<string>()
  for (const { path } of shares) {
    const real = kept.has(path) ? await realpath(path).catch(() => path) : await checkShare(path)
    if (seen.has(real)) throw new AppError('share-twice', { path })
    seen.add(real)
  }
}

async function checkShare(path: string): Promise<string> {
  // The guest is told them in lines; and nobody has such a name but by mistake.

  if (!isAbsolute(path) || /[\0-\x1f]/.test(path)) throw new AppError('share-invalid', { path })
  const real = await realpath(path).catch((cause: unknown) => {
    throw new AppError('share-missing', { path }, { cause })
  })
  if (resolve(real) === parse(real).root) throw new AppError('share-root', { path })
  if (!(await stat(real)).isDirectory()) throw new AppError('share-missing', { path })
  await access(real, constants.R_OK | constants.X_OK).catch((cause: unknown) => {
    throw new AppError('share-unreadable', { path }, { cause })
  })
  return real
}
