import { chmodSync, lstatSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { binFolder, root } from './checkout.mjs'

/**
 * Makes `npx berth` work in this checkout. npx finds a link in node_modules/.bin first, from subfolders too; its own
 * link to a root package's command breaks when the file is renamed.
 * @param {{ platform?: NodeJS.Platform, folder?: string }} [options]
 */
export function linkCommand({ platform = process.platform, folder = binFolder } = {}) {
  const entry = join(root, 'main/cli/berth.mjs')
  if (platform === 'win32') {
    writeFileSync(join(folder, 'berth.cmd'), '@node "%~dp0\\..\\..\\main\\cli\\berth.mjs" %*\r\n')
    return
  }
  const link = join(folder, 'berth')
  const target = '../../main/cli/berth.mjs'
  if (
    lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() !== true ||
    readlinkSync(link) !== target
  ) {
    rmSync(link, { force: true })
    symlinkSync(target, link)
  }
  const mode = lstatSync(entry, { throwIfNoEntry: false })?.mode
  if (mode !== undefined && (mode & 0o111) === 0) chmodSync(entry, 0o755)
}
