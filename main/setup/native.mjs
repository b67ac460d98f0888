import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { node24, root } from './checkout.mjs'
import { nodeEnv, npm } from './npm.mjs'
import { findProgram } from './programs.mjs'
import { say, step } from './progress.mjs'
import { run } from './run.mjs'
import { readStamp, writeStamp } from './stamp.mjs'

const addon = join(root, 'node_modules/ssh2/lib/protocol/crypto/build/Release/sshcrypto.node')
const stampFile = join(root, 'node_modules/.cache/berth-setup.json')

/**
 * The package that holds Node's headers, next to the binary that the `node` package took from it.
 * @param {string} platform
 * @param {string} arch as Node names them
 */
export function headersPackage(platform, arch) {
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'
  return [prefix, platform === 'win32' ? 'win' : platform, arch].join('-')
}

/**
 * Makes ssh2's cipher native for Node 24, and checks that it loads. Without it everything works, ten times slower;
 * so a failure is said in one line, remembered, and tried again only when a compiler has come.
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether the native cipher is there
 */
export async function buildNative(signal) {
  const before = readStamp(stampFile)
  if (same(before, outcome(true))) return true
  if (same(before, outcome(false))) return false
  if (!(await loads(signal))) await step('Building ssh2’s native cipher', () => rebuild(signal))
  const native = await loads(signal)
  if (!native) say('ssh2’s native cipher could not be built: the slower JavaScript one is used.')
  writeStamp(stampFile, outcome(native))
  return native
}

/**
 * What the stamp must say for nothing to be done: the same addon file, or a failure with the same compiler.
 * @param {boolean} native
 */
function outcome(native) {
  const node = statSync(node24, { throwIfNoEntry: false })?.size
  const file = statSync(addon, { throwIfNoEntry: false })
  return native
    ? { native, node, bytes: file?.size, changed: file?.mtimeMs }
    : { native, node, compiler: findProgram('g++') ?? findProgram('c++') ?? 'none' }
}

/**
 * @param {unknown} a
 * @param {unknown} b
 */
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b)

/** @param {AbortSignal} signal */
async function loads(signal) {
  if (!existsSync(addon)) return false
  const { code } = await run(node24, ['-e', 'require(process.argv[1])', addon], {
    env: nodeEnv(),
    signal,
  })
  return code === 0
}

/** @param {AbortSignal} signal */
async function rebuild(signal) {
  const headers = join(
    root,
    'node_modules/node/node_modules',
    headersPackage(process.platform, process.arch),
  )
  const header = join(headers, 'include/node/node.h')
  // Any later `npm install` prunes the package with the headers; its own script brings it back.
  if (!existsSync(header)) await npm(['rebuild', 'node', '--ignore-scripts=false'], { signal })
  // Where the package has no headers (Windows), node-gyp fetches them itself.
  const env = existsSync(header) ? { npm_config_nodedir: headers } : {}
  await npm(['rebuild', 'ssh2', 'cpu-features', '--ignore-scripts=false'], { env, signal })
}
