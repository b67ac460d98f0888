import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'

const file = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().positive() })

const manifest = z.object({
  version: z.literal(1),
  arch: z.enum(['amd64', 'arm64']),
  /** The recipe's hash, as `recipeHash` gives it. */
  recipe: z.string(),
  suite: z.string(),
  kernelVersion: z.string(),
  /** Kernel arguments that the image wants, besides those of the machine. */
  cmdline: z.string(),
  engine: z.object({
    docker: z.string(),
    compose: z.string(),
    buildx: z.string(),
    containerd: z.string(),
    runc: z.string(),
  }),
  /** Every Debian package that went in; sha256 is that of the .deb. */
  packages: z.array(z.object({ name: z.string(), version: z.string(), sha256: z.string() })),
  files: z.object({ kernel: file, initrd: file, rootfs: file }),
})

export type Manifest = z.infer<typeof manifest>
export type ImageFile = keyof Manifest['files']
export const imageFiles: readonly ImageFile[] = ['kernel', 'initrd', 'rootfs']

/** Reads `manifest.json` of an image folder; rejects when it is missing or has another shape. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8')
  return manifest.parse(JSON.parse(text))
}

/** Size in bytes and sha256 of a file, in the manifest's words. */
export async function measureFile(path: string): Promise<Manifest['files'][ImageFile]> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return { sha256: hash.digest('hex'), bytes: (await stat(path)).size }
}

/**
 * The first file of the folder that is not what the manifest says, by size alone or by content too;
 * undefined when all are right. Reading the content takes about half a second.
 */
export async function findDamage(
  folder: string,
  { files }: Manifest,
  how: 'size' | 'content',
): Promise<ImageFile | undefined> {
  for (const name of imageFiles) {
    const path = join(folder, name)
    const found = await stat(path).catch(() => undefined)
    if (found?.size !== files[name].bytes) return name
    if (how === 'content' && (await measureFile(path)).sha256 !== files[name].sha256) return name
  }
  return undefined
}
