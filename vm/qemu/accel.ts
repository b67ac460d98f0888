import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { arch, release } from 'node:os'
import { z } from 'zod'
import { readJson, writeDurably } from '../durable-file.ts'
import { VmError } from '../errors.ts'
import type { Accel } from '../machine.ts'
import { probeAccel } from './accel-probe.ts'
import type { GuestArch } from './args.ts'
import type { Qemu } from './find.ts'

export interface AccelSearch {
  qemu: Qemu
  guestArch: GuestArch
  kernel: string
  initrd: string
  /** Where the answer is remembered. */
  memory: string
  /** Taken without a probe. */
  override?: Accel
  log: (event: string, fields?: Record<string, unknown>) => void
  signal: AbortSignal
}

const remembered = z.object({ key: z.string(), accel: z.enum(['kvm', 'hvf', 'whpx', 'tcg']) })

/**
 * The best accelerator that really runs a guest here. A device node or an API version proves nothing: a small guest
 * has to boot and power itself off under it. The answer holds for this build of QEMU, this kernel and this boot of
 * the host.
 * @throws {VmError} 'accel-unusable' when the override cannot work on this platform.
 */
export async function chooseAccel(search: AccelSearch): Promise<Accel> {
  const candidates = candidateAccels(process.platform, hostArch(), search.guestArch)
  if (search.override !== undefined) {
    if (search.override === 'tcg' || candidates.includes(search.override)) return search.override
    throw new VmError('accel-unusable', { accel: search.override, reason: 'not on this computer' })
  }
  const key = await memoryKey(search)
  const known = await readJson(search.memory, remembered)
  if (known?.key === key) return known.accel
  const accel = (await firstThatWorks(candidates, search)) ?? 'tcg'
  await writeDurably(search.memory, JSON.stringify({ key, accel }))
  return accel
}

async function firstThatWorks(
  candidates: Accel[],
  search: AccelSearch,
): Promise<Accel | undefined> {
  for (const accel of candidates) {
    const result = await probeAccel({ ...search, accel })
    search.log('accel-probed', { accel, ...result })
    if (result.works) return accel
  }
  return undefined
}

/** Hardware accelerators worth a try; none for a guest of another architecture. */
export function candidateAccels(
  platform: NodeJS.Platform,
  host: GuestArch | undefined,
  guest: GuestArch,
): Accel[] {
  if (host !== guest) return []
  if (platform === 'linux') return ['kvm']
  if (platform === 'darwin') return ['hvf']
  return platform === 'win32' && guest === 'amd64' ? ['whpx'] : []
}

export function hostArch(): GuestArch | undefined {
  const names: Record<string, GuestArch> = { x64: 'amd64', arm64: 'arm64' }
  return names[arch()]
}

async function memoryKey({ qemu, guestArch }: AccelSearch): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  const kvm = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => 'kvm',
    () => '',
  )
  const parts = [qemu.fingerprint, guestArch, release(), boot, kvm]
  return createHash('sha256').update(parts.join('\n')).digest('hex')
}
