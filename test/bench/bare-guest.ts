import { randomUUID } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../vm/boot.ts'
import { readManifest } from '../../vm/image/manifest.ts'
import type { MachineConfig } from '../../vm/index.ts'
import { qemuArgs } from '../../vm/qemu/args.ts'
import { findQemu } from '../../vm/qemu/find.ts'
import { launchQemu } from '../../vm/qemu/launch.ts'
import { beginSerial, followMilestones } from '../../vm/serial.ts'
import { withDeadline } from '../../vm/waiting.ts'

const bootMs = 120_000
const endMs = 10_000

export interface BareGuest extends AsyncDisposable {
  pid: number
}

/** The same virtual machine and kernel as Berth's with one process that sleeps: what an idle machine costs at least. */
export async function startBareGuest(config: MachineConfig, folder: string): Promise<BareGuest> {
  const manifest = await readManifest(config.imageFolder)
  const qemu = await findQemu(manifest.arch)
  const image = (name: string) => join(config.imageFolder, name)
  const serial = join(folder, 'bare.log')
  const disk = join(folder, 'bare.raw')
  await using file = await open(disk, 'w')
  await file.truncate(1024 ** 3)
  const sleep = 'echo berth: idle 0; exec /bin/busybox sleep 2147483647'
  await beginSerial(serial, `${serial}.previous`)
  const launched = await launchQemu(
    qemu.program,
    qemuArgs({
      ...{ platform: process.platform, arch: manifest.arch, accel: 'tcg', sandbox: true },
      ...{ instanceId: randomUUID(), sshPort: await freePort(), handedIn: {}, serial },
      cpus: config.cpus,
      memory: { way: 'balloon', bootMiB: config.memoryMiB, pluggableMiB: 0 },
      image: {
        ...{ kernel: image('kernel'), initrd: image('initrd'), rootfs: image('rootfs') },
        cmdline: `${manifest.cmdline} rdinit=/bin/busybox -- sh -c "${sleep}"`,
      },
      disk: { path: disk, format: 'raw' },
      qmp: { path: join(config.socketFolder, 'bare-qmp.sock') },
    }),
    join(folder, 'bare-qemu.log'),
  )
  const end = async () => {
    launched.kill()
    // The deadline also keeps this process alive: QEMU's own handle is let go of.
    await withDeadline(
      endMs,
      undefined,
      () => new Error('QEMU did not end'),
      () => launched.ended,
    )
  }
  const over = new AbortController()
  try {
    const until = AbortSignal.any([over.signal, AbortSignal.timeout(bootMs)])
    await followMilestones(serial, until).reached('idle', until)
  } catch (error) {
    await end()
    throw error
  } finally {
    over.abort()
  }
  return { pid: launched.pid, [Symbol.asyncDispose]: end }
}
