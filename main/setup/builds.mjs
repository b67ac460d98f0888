import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { node24, root } from './checkout.mjs'
import { SetupFailure } from './failure.mjs'
import { nodeEnv } from './npm.mjs'
import { step } from './progress.mjs'
import { run } from './run.mjs'
import { hashPaths, readStamp, writeStamp } from './stamp.mjs'

/**
 * @typedef {object} Build
 * @property {string} title
 * @property {string[]} args what Node runs, in the checkout
 * @property {string} config says how; a checkout without it does not have this build
 * @property {string[]} sources a change in these makes the result stale
 * @property {string} result a file that is there once it has been built
 * @property {string} stamp where the sources' hash is kept, outside of what a build empties
 */

/** The window, as the headless entry serves it. @type {Build} */
export const windowBuild = {
  title: 'Building the window',
  args: [
    'node_modules/vite/bin/vite.js',
    'build',
    '-c',
    'renderer/vite.config.ts',
    '--logLevel',
    'warn',
  ],
  config: 'renderer/vite.config.ts',
  sources: ['renderer', 'assets', 'main/api', 'package-lock.json', 'tsconfig.base.json'],
  result: 'dist/renderer/index.html',
  stamp: 'dist/renderer.stamp.json',
}

/** Main and preload, as Electron runs them. @type {Build} */
export const electronBuild = {
  title: 'Building the app for Electron',
  args: ['node_modules/electron-vite/bin/electron-vite.js', 'build'],
  config: 'electron.vite.config.ts',
  sources: [
    'main',
    'vm',
    'renderer',
    'assets',
    'electron.vite.config.ts',
    'package-lock.json',
    'package.json',
  ],
  result: 'dist/main/index.js',
  stamp: 'dist/electron.stamp.json',
}

/** The commands, as an installed app brings them. @type {Build} */
export const commandsBuild = {
  title: 'Building the commands',
  args: [
    'node_modules/vite/bin/vite.js',
    'build',
    '-c',
    'main/cli/packed/vite.config.ts',
    '--logLevel',
    'warn',
  ],
  config: 'main/cli/packed/vite.config.ts',
  sources: ['main', 'vm', 'assets', 'package-lock.json', 'package.json'],
  result: 'dist/cli/berth.mjs',
  stamp: 'dist/cli.stamp.json',
}

/** @param {Build} build */
export const hasSource = (build) => existsSync(join(root, build.config))

/**
 * Builds when the sources are not those of the last build.
 * @param {Build} build
 * @param {AbortSignal} signal
 */
export async function provideBuild(build, signal) {
  const sources = hashPaths(root, build.sources)
  const stamp = join(root, build.stamp)
  if (existsSync(join(root, build.result)) && readStamp(stamp) === sources) return
  const result = await step(build.title, () =>
    run(node24, build.args, { cwd: root, env: nodeEnv(), signal }),
  )
  if (result.code !== 0) {
    throw new SetupFailure(`${build.title} failed; what is wrong is above.`, result.output)
  }
  writeStamp(stamp, sources)
}
