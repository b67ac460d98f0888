import { spawn } from 'node:child_process'
import type { Accel } from '../machine.ts'
import type { GuestArch } from './args.ts'
import type { Qemu } from './find.ts'

export interface AccelProbe {
  qemu: Qemu
  guestArch: GuestArch
  accel: Accel
  kernel: string
  initrd: string
  signal: AbortSignal
}

export interface AccelProbeResult {
  works: boolean
  ms: number
  /** What QEMU or the guest said last when it does not work. */
  said?: string
}

/** A guest under hardware needs about one second; one that hangs would hang for ever. */
const deadlineMs = 10_000

/**
 * Boots the image's own kernel with busybox as init, which powers off at once. Only a guest whose kernel came up, ran
 * a program and switched itself off ends QEMU with the kernel's last words on the console.
 */
export async function probeAccel(probe: AccelProbe): Promise<AccelProbeResult> {
  const began = performance.now()
  const child = spawn(probe.qemu.program, probeArgs(probe), { stdio: ['ignore', 'pipe', 'pipe'] })
  let console = ''
  const kill = () => child.kill('SIGKILL')
  const collect = (chunk: Buffer) => {
    console = (console + chunk.toString('latin1')).slice(-8192)
    // QEMU then keeps the dead guest for a debugger to look at.
    if (console.includes('KVM internal error')) kill()
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const ended = Promise.withResolvers<number | null>()
  child.on('error', () => {
    ended.resolve(null)
  })
  child.on('close', (code) => {
    ended.resolve(code)
  })
  const timer = setTimeout(kill, deadlineMs)
  probe.signal.addEventListener('abort', kill, { once: true })
  const code = await ended.promise
  clearTimeout(timer)
  probe.signal.removeEventListener('abort', kill)
  probe.signal.throwIfAborted()
  const works = code === 0 && console.includes('reboot: Power down')
  const ms = Math.round(performance.now() - began)
  return works ? { works, ms } : { works, ms, said: lastWords(console) }
}

function lastWords(console: string): string {
  const lines = console.trim().split('\n')
  return lines.find((line) => line.includes('KVM internal error')) ?? lines.at(-1) ?? ''
}

function probeArgs({ guestArch, accel, kernel, initrd }: AccelProbe): string[] {
  const [machine, console] = guestArch === 'amd64' ? ['q35', 'ttyS0'] : ['virt', 'ttyAMA0']
  const model = accel === 'tcg' || accel === 'whpx' ? 'max' : 'host'
  return [
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none'],
    ...['-machine', machine, '-accel', accel, '-cpu', model, '-smp', '2', '-m', '256'],
    ...['-kernel', kernel, '-initrd', initrd],
    ...['-append', `console=${console} panic=-1 rdinit=/bin/busybox -- poweroff -f`],
    ...['-serial', 'stdio', '-monitor', 'none'],
  ]
}
