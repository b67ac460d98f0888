import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { arch, release, uptime } from 'node:os'
import { z } from 'zod'
import { readJson, writeDurably } from '../durable-file.ts'
import { VmError } from '../errors.ts'
import type { Accel } from '../machine-state.ts'
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

const schema = z.object({
  key: z.string(),
  accel: z.enum(['kvm', 'hvf', 'whpx', 'tcg']),
  /** When the probe was made, and when the host was started, both in ms since 1970. */
  probedAt: z.number(),
  bootedAt: z.number(),
  /** How long the answer holds; without it, for this boot of the host. */
  holdsMs: z.number().optional(),
})
type Remembered = z.infer<typeof schema>

const hourMs = 3_600_000
/** A refusal can be mended (a switch in the firmware, a group, another hypervisor closed), a hang may pass by itself. */
const holdsMs = { refused: 24 * hourMs, hung: hourMs, 'not-started': 0 }
/** The time of the boot is reckoned back from the clock, which is set right now and then. */
const sameBootMs = 120_000

/**
 * The best accelerator that really runs a guest here. A device node or an API version proves nothing: a small guest
 * has to boot and power itself off under it. The answer holds for this build of QEMU, this kernel and this boot of
 * the host; that nothing works holds for a day, and for an hour when the guest only hung.
 * @throws {VmError} 'accel-unusable' when the override cannot work on this platform.
 */
export async function chooseAccel(search: AccelSearch): Promise<Accel> {
  const candidates = candidateAccels(process.platform, hostArch(), search.guestArch)
  if (search.override !== undefined) {
    if (search.override === 'tcg' || candidates.includes(search.override)) return search.override
    throw new VmError('accel-unusable', { accel: search.override, reason: 'not on this computer' })
  }
  const key = await memoryKey(search)
  const known = await readJson(search.memory, schema)
  if (known?.key === key && stillHolds(known, Date.now(), bootedAt())) return known.accel
  const answer = await firstThatWorks(candidates, search)
  const memory: Remembered = { key, ...answer, probedAt: Date.now(), bootedAt: bootedAt() }
  await writeDurably(search.memory, JSON.stringify(memory))
  return answer.accel
}

/** Pure part of remembering: whether an answer of then is one for now. */
export function stillHolds(known: Omit<Remembered, 'key'>, now: number, booted: number): boolean {
  if (Math.abs(known.bootedAt - booted) > sameBootMs) return false
  const age = now - known.probedAt
  return known.holdsMs === undefined || (age >= 0 && age < known.holdsMs)
}

async function firstThatWorks(
  candidates: Accel[],
  search: AccelSearch,
): Promise<Pick<Remembered, 'accel' | 'holdsMs'>> {
  let holds: number | undefined
  for (const accel of candidates) {
    const result = await probeAccel({ ...search, accel })
    search.log('accel-probed', { accel, ...result })
    if (result.works) return { accel }
    holds = Math.min(holds ?? Infinity, holdsMs[result.failure ?? 'refused'])
  }
  return { accel: 'tcg', holdsMs: holds }
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

/** Linux names each boot (see memoryKey); elsewhere only its time is known. */
function bootedAt(): number {
  return process.platform === 'linux' ? 0 : Math.round(Date.now() - uptime() * 1000)
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
