import { makeSocketFolder } from '../host/folders.ts'
import { findPaths } from '../host/paths.ts'

/** Where the engine's socket of this home is, or will be once it runs. */
export async function findSocket(): Promise<string> {
  const paths = findPaths()
  return paths.dockerSocket(await makeSocketFolder(paths.socketFolders))
}
