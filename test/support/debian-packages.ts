import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Not needed by a program that only runs, and not to be made by an ordinary user. */
const left = ['dev', 'usr/share/doc', 'usr/share/locale', 'usr/share/man', 'var']

/**
 * Unpacks packages of a Debian and all that they depend on into `root`, which is made; none of their scripts runs. apt
 * checks the archive's signature, as it does for the guest's image.
 */
export async function unpackDebian(
  root: string,
  suite: string,
  packages: readonly string[],
): Promise<void> {
  await mkdir(root, { recursive: true })
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
  const fetch = [
    ...['mmdebstrap', '--quiet', '--variant=extract', `--architectures=${architecture}`],
    ...['--components=main', '--keyring=/usr/share/keyrings/debian-archive-keyring.gpg'],
    `--aptopt='Acquire::Check-Valid-Until "false"'`,
    `--aptopt='Acquire::Languages "none"'`,
    `--aptopt='APT::Install-Recommends "false"'`,
    ...[`--include=${packages.join(',')}`, suite, '-'],
  ].join(' ')
  const excludes = left.map((name) => `--exclude='./${name}/*'`).join(' ')
  const script = `set -o pipefail; ${fetch} | tar -x -C "$1" --no-same-owner ${excludes}`
  await run('bash', ['-c', script, 'bash', root], { maxBuffer: 2 ** 24 })
}
