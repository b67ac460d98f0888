import { makeHome } from '../host/folders.ts'
import { findPaths } from '../host/paths.ts'
import { makeSocketFolder } from '../host/socket-folder.ts'

/** Where the engine's socket of this home is, or will be once it runs. */
export async function findSocket(): Promise<string> {
  const paths = findPaths()
  await makeHome(paths)
  return paths.dockerSocket(await makeSocketFolder(paths))
}
