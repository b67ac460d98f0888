import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { node24, root } from './checkout.mjs'
import { SetupFailure } from './failure.mjs'
import { nodeEnv } from './npm.mjs'
import { step } from './progress.mjs'
import { run } from './run.mjs'

/** Whether the guest image is made here; a folder named in BERTH_IMAGE wins. */
export const buildsImage = () => process.platform === 'linux' && !process.env['BERTH_IMAGE']

/**
 * Says at once when there can be no guest image, before anything is installed.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 */
export function checkImage(env = process.env, platform = process.platform) {
  const given = env['BERTH_IMAGE']
  if (given && !existsSync(join(given, 'manifest.json'))) {
    throw new SetupFailure(
      `BERTH_IMAGE names ${given}, where no guest image is: a folder with manifest.json, kernel, initrd and rootfs is needed.`,
    )
  }
  if (!given && platform !== 'linux') {
    throw new SetupFailure(
      'The guest image can be built on Linux only: run `npm run image` there, copy the folder it names to this computer, and start with BERTH_IMAGE=<folder>.',
    )
  }
}

/**
 * The folder of the guest image, built when this recipe’s is not in the cache.
 * @param {AbortSignal} signal
 * @returns {Promise<string>}
 */
export async function provideImage(signal) {
  const given = process.env['BERTH_IMAGE']
  if (given) return resolve(given)
  const build = () =>
    run(node24, [join(root, 'vm/image/build.ts')], {
      cwd: root,
      env: toolsEnv(),
      signal,
      graceMs: 20_000,
    })
  const cached = await cachedImage(signal)
  const result = cached ? await build() : await step('Building the guest image', build)
  const folder = result.stdout.trim().split('\n').at(-1)
  if (result.code === 0 && folder && existsSync(join(folder, 'manifest.json'))) return folder
  throw new SetupFailure(
    'The guest image could not be built; what failed is above. Start again once it is mended.',
    result.output,
  )
}

/** The image's tools lie among the administrator's programs too, which an ordinary user's PATH leaves out. */
function toolsEnv() {
  const env = nodeEnv()
  return { ...env, PATH: `${env['PATH']}:/usr/sbin:/sbin` }
}

/**
 * Asks the recipe itself where its image lies, in the Node that can read it.
 * @param {AbortSignal} signal
 */
async function cachedImage(signal) {
  const code = `const { imageFolder } = await import(process.argv[1]); console.log(await imageFolder(process.arch === 'arm64' ? 'arm64' : 'amd64'))`
  const { stdout } = await run(
    node24,
    ['--input-type=module', '-e', code, join(root, 'vm/image/cache.ts')],
    { env: nodeEnv(), signal },
  )
  return existsSync(join(stdout.trim(), 'manifest.json'))
}
