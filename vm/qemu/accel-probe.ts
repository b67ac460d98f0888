import { spawn } from 'node:child_process'
import type { Accel } from '../machine-state.ts'
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
  /** 'refused' is QEMU's or the guest's own end; a hang or a program that did not start may be of the moment. */
  failure?: 'refused' | 'hung' | 'not-started'
  /** What QEMU or the guest said last when it does not work. */
  said?: string
}

/** A guest under hardware needs about one second; one that hangs would hang for ever. */
const deadlineMs = 10_000

/** What a guest that hangs may use of the processors before the system ends it, should this app not live to do so. */
const processorSeconds = 20

/**
 * Boots the image's own kernel with busybox as init, which powers off at once. Only a guest whose kernel came up, ran
 * a program and switched itself off ends QEMU with the kernel's last words on the console.
 */
export async function probeAccel(probe: AccelProbe): Promise<AccelProbeResult> {
  probe.signal.throwIfAborted()
  const began = performance.now()
  const child = spawnProbe(probe)
  let console = ''
  const kill = () => child.kill('SIGKILL')
  const collect = (chunk: Buffer) => {
    console = (console + chunk.toString('latin1')).slice(-8192)
    // QEMU then keeps the dead guest for a debugger to look at.
    if (console.includes('KVM internal error')) kill()
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const ended = Promise.withResolvers<ProbeEnd>()
  child.on('error', () => {
    ended.resolve({ code: null, signal: null })
  })
  child.on('close', (code, signal) => {
    ended.resolve({ code, signal })
  })
  const timer = setTimeout(kill, deadlineMs)
  probe.signal.addEventListener('abort', kill, { once: true })
  const end = await ended.promise
  clearTimeout(timer)
  probe.signal.removeEventListener('abort', kill)
  probe.signal.throwIfAborted()
  const works = end.code === 0 && console.includes('reboot: Power down')
  const ms = Math.round(performance.now() - began)
  return works
    ? { works, ms }
    : { works, ms, failure: failureOf(end, console), said: lastWords(console) }
}

interface ProbeEnd {
  code: number | null
  signal: NodeJS.Signals | null
}

function spawnProbe(probe: AccelProbe) {
  const args = probeArgs(probe)
  const [program, argv] =
    process.platform === 'win32'
      ? [probe.qemu.program, args]
      : ['/bin/sh', ['-c', limited, 'sh', probe.qemu.program, ...args]]
  return spawn(program, argv, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
}

const limited = `ulimit -t ${processorSeconds}; exec "$@"`

function failureOf({ code, signal }: ProbeEnd, console: string): AccelProbeResult['failure'] {
  if (console.includes('KVM internal error')) return 'refused'
  // Ended from outside: by the deadline, by the limit on processor time, or by a system short of memory.
  if (signal === 'SIGKILL' || signal === 'SIGXCPU') return 'hung'
  // The last two are the shell's words for a program that cannot be run.
  const notStarted = (code === null && signal === null) || code === 126 || code === 127
  return notStarted ? 'not-started' : 'refused'
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
