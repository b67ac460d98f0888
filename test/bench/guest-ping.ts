import type { Machine } from '../../vm/index.ts'
import { compileForGuest } from './compile.ts'

const program = '/run/guest-ping'
const socket = '/run/docker.sock'

/** Asks the engine from within the guest, with nothing between but its unix socket. Times in ms. */
export interface GuestPing {
  ping(count: number): Promise<number[]>
  /** Stops dockerd and containerd, starts both at once, and gives the time from there to the first answer. */
  restartEngine(): Promise<number>
}

/**
 * Compiles the small C program for the guest and puts it there: the guest has no client that could ask without
 * loading tens of megabytes first. The guest must be of the host's architecture.
 */
export async function createGuestPing(machine: Machine): Promise<GuestPing> {
  const input = await compileForGuest('guest-ping.c')
  const inGuest = async (command: readonly string[], given?: Buffer) => {
    const { code, stdout, stderr } = await machine.exec(command, { input: given })
    if (code !== 0)
      throw new Error(`${command.join(' ')} in the guest: ${code} ${stderr.toString()}`)
    return stdout.toString()
  }
  await inGuest(['sh', '-c', `cat >${program} && chmod 700 ${program}`], input)
  return {
    async ping(count) {
      return toMilliseconds(await inGuest([program, socket, String(count)]))
    },
    async restartEngine() {
      const [ms] = toMilliseconds(await inGuest(['sh', '-c', restart])).slice(-1)
      if (ms === undefined) throw new Error('the engine was started anew but gave no time')
      return ms
    },
  }
}

const restart = `
export SVDIR=/etc/service
sv -w 60 force-stop dockerd >/dev/null
sv -w 60 force-stop containerd >/dev/null
rm -f ${socket}
${program} ${socket} await &
sv start containerd >/dev/null &
sv start dockerd >/dev/null &
wait
`

function toMilliseconds(nanoseconds: string): number[] {
  return nanoseconds
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => Number(line) / 1e6)
}
