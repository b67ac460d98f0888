import type { GuestArch } from '../qemu/args.ts'

/** Beyond these QEMU wants another interrupt controller than the one that its machine has by itself. */
const most: Record<GuestArch, number> = { amd64: 255, arm64: 8 }

/** How many processors the guest is started with: all that it may be given while it runs. */
export function planProcessors(
  arch: GuestArch,
  { wanted, host }: { wanted: number; host: number },
) {
  return Math.max(wanted, Math.min(host, most[arch]))
}
