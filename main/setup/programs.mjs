import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * The full path of a program, or undefined. The folders of the administrator's programs are searched too, which an
 * ordinary user's PATH leaves out.
 * @param {string} name
 * @param {string} [path] folders as in PATH
 */
export function findProgram(name, path = process.env['PATH'] ?? '') {
  const windows = process.platform === 'win32'
  const folders = [...path.split(delimiter), ...(windows ? [] : ['/usr/sbin', '/sbin'])]
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, windows ? `${name}.exe` : name))
    .find(isProgram)
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
