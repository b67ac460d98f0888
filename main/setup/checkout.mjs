import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout this file lies in. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Where npm links the packages' commands, `node` (24) among them. */
export const binFolder = join(root, 'node_modules', '.bin')

/** The Node 24 that the `node` package brings; it is there after the packages are. */
export const node24 = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)
