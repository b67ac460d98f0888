import { commandsBuild, electronBuild, hasSource, provideBuild, windowBuild } from './builds.mjs'
import { root } from './checkout.mjs'
import { provideElectron } from './electron.mjs'
import { buildsImage, checkImage, provideImage } from './image.mjs'
import { linkCommand } from './link.mjs'
import { lockSetup } from './lock.mjs'
import { buildNative } from './native.mjs'
import { installPackages } from './packages.mjs'
import { say } from './progress.mjs'
import { installSystem } from './system.mjs'

/**
 * @typedef {object} Ready
 * @property {string} image the guest image's folder
 * @property {boolean} native whether ssh2's native cipher loads
 * @property {{ program: string } | { reason: string }} electron
 */

/**
 * Brings the checkout to where the app, or the tests, can run. What is right already costs a look and says nothing.
 * @param {{ test: boolean, electron: boolean, signal: AbortSignal }} purpose
 * @returns {Promise<Ready>}
 */
export async function setUp({ test, electron, signal }) {
  checkImage()
  const unlock = await lockSetup(root, {
    signal,
    onWait: (pid) =>
      say(`Another set-up of this checkout is at work (process ${pid}): waiting for it.`),
  })
  try {
    await installSystem({ image: buildsImage(), test, signal })
    await installPackages(signal)
    const native = await buildNative(signal)
    linkCommand()
    const image = await provideImage(signal)
    await provideBuild(windowBuild, signal)
    const shell = electron
      ? await provideElectron(signal)
      : { reason: 'Electron was not asked for' }
    // The tests run main and preload too, on a stand-in where there is no Electron.
    if ((test || 'program' in shell) && hasSource(electronBuild))
      await provideBuild(electronBuild, signal)
    if (test) await provideBuild(commandsBuild, signal)
    return { image, native, electron: shell }
  } finally {
    unlock()
  }
}
