import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { errorCode, readJson, writeDurably } from './durable-file.ts'
import { VmError } from './errors.ts'
import { findDamage, imageFiles, readManifest, type Manifest } from './image/manifest.ts'

export interface GuestImage {
  manifest: Manifest
  kernel: string
  initrd: string
  rootfs: string
}

const verified = z.record(z.string(), z.string())

/**
 * Reads the image's manifest and checks size and sha256 of its files. What was found right is remembered in
 * `verifiedFile` by size and time of change, so that only changed files are read again.
 * @throws {VmError} 'image-missing', 'image-damaged'.
 */
export async function checkImage(folder: string, verifiedFile: string): Promise<GuestImage> {
  const manifest = await manifestOf(folder)
  const now = await fingerprints(folder, manifest)
  const before = (await readJson(verifiedFile, verified)) ?? {}
  const unchanged = Object.entries(now).every(([name, print]) => before[name] === print)
  if (!unchanged) {
    const damaged = await findDamage(folder, manifest, 'content')
    if (damaged) throw new VmError('image-damaged', { folder, file: damaged })
    await writeDurably(verifiedFile, JSON.stringify(now, null, 2))
  }
  const at = (name: string) => join(folder, name)
  return { manifest, kernel: at('kernel'), initrd: at('initrd'), rootfs: at('rootfs') }
}

async function manifestOf(folder: string): Promise<Manifest> {
  try {
    return await readManifest(folder)
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') throw new VmError('image-missing', { folder }, { cause })
    throw new VmError('image-damaged', { folder, file: 'manifest.json' }, { cause })
  }
}

async function fingerprints(folder: string, manifest: Manifest): Promise<Record<string, string>> {
  const prints: Record<string, string> = {}
  for (const name of imageFiles) {
    const path = join(folder, name)
    const found = await stat(path, { bigint: true }).catch(() => undefined)
    if (!found) throw new VmError('image-damaged', { folder, file: name })
    prints[path] = [manifest.files[name].sha256, found.size, found.mtimeNs, found.ino].join(' ')
  }
  return prints
}
