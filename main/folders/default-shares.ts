import { homedir, tmpdir } from 'node:os'
import type { Settings } from '#api'

/** The user's own folder, and where programs put what is passing. */
export function defaultShares(): Settings['shares'] {
  const temporary = process.platform === 'win32' ? [tmpdir()] : ['/tmp', tmpdir()]
  const paths = new Set([homedir(), ...temporary])
  return [...paths].map((path) => ({ path, readOnly: false }))
}
