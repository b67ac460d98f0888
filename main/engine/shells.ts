import { AppError } from '#api'
import type { EngineClient } from './client.ts'

/** The most comfortable first. */
const shells = ['bash', 'zsh', 'fish', 'ash', 'sh']
const folders = ['/bin', '/usr/bin', '/usr/local/bin']

/**
 * Which shells a container has, running or not: each is looked for in its files, and one that is there in several
 * folders (often the same one by a link) is told once.
 */
export async function findShells(client: EngineClient, id: string): Promise<string[]> {
  const paths = shells.map((shell) => folders.map((folder) => `${folder}/${shell}`))
  const found = await Promise.all(
    paths.map((candidates) => Promise.all(candidates.map((path) => isThere(client, id, path)))),
  )
  return paths.flatMap((candidates, shell) => {
    const first = candidates.find((_, index) => found[shell]?.[index])
    return first === undefined ? [] : [first]
  })
}

async function isThere(client: EngineClient, id: string, path: string): Promise<boolean> {
  try {
    await client.text({
      method: 'HEAD',
      path: `/containers/${id}/archive`,
      query: { path },
      doing: { container: id },
    })
    return true
  } catch (error) {
    // The answer to HEAD has no words: a file that is missing, and a container that is.
    if (error instanceof AppError && error.code !== 'engine-unreachable') return false
    throw error
  }
}
