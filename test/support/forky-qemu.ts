import { createHash } from 'node:crypto'
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder } from '../../vm/image/cache.ts'
import { lockFile } from '../../vm/image/lock.ts'
import { unpackDebian } from './debian-packages.ts'

const suite = 'forky'
const packages = ['qemu-system-x86', 'qemu-utils', 'virtiofsd']
const programs = {
  'qemu-system-x86_64': 'usr/bin/qemu-system-x86_64',
  'qemu-img': 'usr/bin/qemu-img',
  virtiofsd: 'usr/libexec/virtiofsd',
}
/** Counted up when the same packages are to leave a folder of another shape. */
const shape = 1

/**
 * A folder with a QEMU and a virtiofsd that are newer than the ones of this system, for BERTH_QEMU: the next Debian's,
 * unpacked with all that they are linked to and run by their own loader, so that nothing of the system is touched. Kept
 * in the cache.
 */
export async function forkyQemu(): Promise<string> {
  const key = createHash('sha256').update(JSON.stringify([suite, packages, programs, shape]))
  const folder = join(cacheFolder(), 'qemu', `${suite}-${key.digest('hex').slice(0, 16)}`)
  await using held = new AsyncDisposableStack()
  held.use(await lockFile(`${folder}.lock`))
  const bin = join(folder, 'bin')
  if ((await readdir(bin).catch(() => [])).length === 0) await unpack(folder)
  return bin
}

async function unpack(folder: string): Promise<void> {
  const work = await mkdtemp(`${folder}.new-`)
  try {
    const root = join(work, 'root')
    await unpackDebian(root, suite, packages)
    await mkdir(join(work, 'bin'))
    await rm(folder, { recursive: true, force: true })
    await writeWrappers(join(work, 'bin'), root, join(folder, 'root'))
    await rename(work, folder)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/**
 * Each program is a script that has the loader run it. QEMU looks for its data beside the file that runs, which is the
 * loader, so the loader stands where QEMU does.
 */
async function writeWrappers(bin: string, root: string, finalRoot: string): Promise<void> {
  const loader = await realpath(join(root, 'usr/lib64/ld-linux-x86-64.so.2'))
  await copyFile(loader, join(root, 'usr/bin/qemu-loader'))
  await chmod(join(root, 'usr/bin/qemu-loader'), 0o755)
  const libraries = join(finalRoot, 'usr/lib/x86_64-linux-gnu')
  const path = [libraries, join(libraries, 'systemd'), join(libraries, 'pulseaudio')].join(':')
  for (const [name, program] of Object.entries(programs)) {
    const script = [
      '#!/bin/sh',
      `export QEMU_MODULE_DIR='${join(libraries, 'qemu')}'`,
      `exec '${join(finalRoot, 'usr/bin/qemu-loader')}' --library-path '${path}' \\`,
      `  '${join(finalRoot, program)}' "$@"`,
    ]
    await writeFile(join(bin, name), `${script.join('\n')}\n`, { mode: 0o755 })
  }
}
