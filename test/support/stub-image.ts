import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { imageFolder } from '../../vm/image/cache.ts'
import { measureFile } from '../../vm/image/manifest.ts'

/** For a machine whose guest does not matter: small, on an image in its home. */
export const stubConfig = (home: string) => ({
  ...{ imageFolder: join(home, 'image'), memoryMiB: 512, diskGiB: 1 / 16 },
})

interface StubImage {
  /** In place of the built image's own. */
  kernel?: Buffer
  initrd?: Buffer
  /** Kernel arguments. */
  cmdline?: string
}

/** A guest that only lives on: it tells no milestone and never ends by itself. */
export const idleGuest: StubImage = { cmdline: 'rdinit=/bin/busybox -- sleep 600' }

/** An image of the right shape and sums with the built one's kernel and initrd, and a root that nothing boots from. */
export async function writeStubImage(folder: string, stub: StubImage): Promise<void> {
  const built = process.env['BERTH_IMAGE'] ?? (await imageFolder('amd64'))
  await mkdir(folder, { recursive: true })
  const at = (name: string) => join(folder, name)
  for (const name of ['kernel', 'initrd'] as const) {
    const own = stub[name]
    await (own ? writeFile(at(name), own) : copyFile(join(built, name), at(name)))
  }
  await writeFile(at('rootfs'), Buffer.alloc(4096))
  const files = {
    kernel: await measureFile(at('kernel')),
    initrd: await measureFile(at('initrd')),
    rootfs: await measureFile(at('rootfs')),
  }
  const manifest = {
    ...{ version: 1, arch: 'amd64', recipe: '', suite: '', kernelVersion: '' },
    ...{ cmdline: stub.cmdline ?? '', packages: [], files },
    engine: { docker: '', compose: '', buildx: '', containerd: '', runc: '' },
  }
  await writeFile(at('manifest.json'), JSON.stringify(manifest))
}

/** An archive of files (cpio, "newc") with nothing in it, as an initrd. */
export function emptyInitrd(): Buffer {
  const name = 'TRAILER!!!\0'
  const hex = (value: number) => value.toString(16).padStart(8, '0')
  const fields = Array.from({ length: 13 }, (_, index) =>
    hex(index === 11 ? name.length : index === 4 ? 1 : 0),
  )
  return Buffer.concat([Buffer.from(`070701${fields.join('')}${name}`), Buffer.alloc(512)])
}
