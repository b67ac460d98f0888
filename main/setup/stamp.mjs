import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

/**
 * One sha256 over the names and contents of files and of all files in folders; a path that is not there counts too.
 * @param {string} base what the names are relative to
 * @param {string[]} paths
 */
export function hashPaths(base, paths) {
  const hash = createHash('sha256')
  for (const file of paths.flatMap((path) => filesIn(join(base, path))).sort()) {
    const content = readFileSync(file)
    hash.update(`${relative(base, file).split(sep).join('/')}\n${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesIn(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return []
  if (stat.isFile()) return [path]
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() || entry.isFile() ? filesIn(join(path, entry.name)) : [],
  )
}

/**
 * What a set-up remembered; undefined when there is nothing that can be read.
 * @param {string} file
 * @returns {unknown}
 */
export function readStamp(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * @param {string} file
 * @param {unknown} value
 */
export function writeStamp(file, value) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}
