import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { cacheFolder } from '../../vm/image/cache.ts'
import { lockFile } from '../../vm/image/lock.ts'
import type { Manifest } from '../../vm/image/manifest.ts'
import { ensureKey } from '../../vm/ssh/keys.ts'

/** Debian with systemd and docker.io, made to be booted by the guest image's own kernel. */
export interface StockDebian {
  /** Of the recipe and of the guest image it takes kernel and modules from; not of the day's packages. */
  hash: string
  initrd: string
  /** ext4, to be copied before it is booted. */
  disk: string
  privateKey: string
  /** The host key that its packages made, as it goes over the wire. */
  hostKey: Buffer
}

/**
 * The comparison image, built at the first call into the user's cache. Needs root, mmdebstrap and some minutes.
 * @throws when a command of the recipe fails; its output has gone to stderr.
 */
export async function stockDebian(imageFolder: string, manifest: Manifest): Promise<StockDebian> {
  const recipe = join(import.meta.dirname, 'stock-debian.sh')
  const hash = createHash('sha256')
    .update(await readFile(recipe))
    .update([manifest.arch, manifest.suite, manifest.files.kernel.sha256].join(' '))
    .update([manifest.files.initrd.sha256, manifest.files.rootfs.sha256].join(' '))
    .digest('hex')
    .slice(0, 16)
  const folder = join(cacheFolder(), 'bench', `${hash}-stock`)
  if (!(await isThere(folder))) {
    await using held = new AsyncDisposableStack()
    held.use(await lockFile(`${folder}.lock`))
    if (!(await isThere(folder))) await build(recipe, { folder, imageFolder, manifest })
  }
  const { privateKey } = await ensureKey(join(folder, 'id_ed25519'), 'bench')
  const publicLine = await readFile(join(folder, 'host_key.pub'), 'utf8')
  return {
    hash,
    initrd: join(folder, 'initrd'),
    disk: join(folder, 'disk'),
    privateKey,
    hostKey: Buffer.from(publicLine.split(' ')[1] ?? '', 'base64'),
  }
}

interface Build {
  folder: string
  imageFolder: string
  manifest: Manifest
}

async function build(recipe: string, { folder, imageFolder, manifest }: Build): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error(
      'The stock Debian that B1 compares with can only be built by root; run B1 once as root.',
    )
  }
  process.stderr.write('building the stock Debian to compare with; this takes some minutes\n')
  await mkdir(dirname(folder), { recursive: true })
  const work = await mkdtemp(join(dirname(folder), `.build-${basename(folder)}-`))
  try {
    const out = join(work, 'out')
    await mkdir(out)
    const key = await ensureKey(join(out, 'id_ed25519'), 'bench')
    const authorizedKeys = join(work, 'authorized_keys')
    await writeFile(authorizedKeys, `${key.publicLine}\n`)
    await runRecipe(recipe, {
      ...{ WORK: work, OUT: out, ROOT: join(work, 'root'), IMAGE: imageFolder },
      ...{ ARCH: manifest.arch, SUITE: manifest.suite, AUTHORIZED_KEYS: authorizedKeys },
    })
    await rename(out, folder)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function runRecipe(recipe: string, variables: Record<string, string>): Promise<void> {
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
  const child = spawn('sh', [recipe], {
    env: { ...process.env, ...variables, LC_ALL: 'C', PATH: path },
    stdio: ['ignore', 2, 2],
  })
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  child.on('error', reject)
  child.on('close', resolve)
  const code = await promise
  if (code !== 0) throw new Error(`The stock Debian could not be built (exit code ${code ?? '?'}).`)
}

/** The folder is moved into place whole, so one file speaks for all. */
function isThere(folder: string): Promise<boolean> {
  return stat(join(folder, 'initrd')).then(
    () => true,
    () => false,
  )
}
