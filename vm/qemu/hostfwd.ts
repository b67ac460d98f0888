import { z } from 'zod'
import { VmError } from '../errors.ts'
import type { MachineForwards, PortForward } from '../machine-devices.ts'
import { guestSshPort } from './args.ts'

/** QEMU's control link, as much of it as is needed here. */
export interface Monitor {
  execute(command: string, args?: Record<string, unknown>): Promise<unknown>
}

/** The id of the user network in the command line; see args.ts. */
const netdev = 'net'

/**
 * The user network's own forwards. QEMU has no QMP for them: they are the human monitor's lines, whose answer is empty
 * when all went well and a sentence when not. `sshPort` leads to the machine's own ssh and is never shown nor touched.
 */
export function createForwards(monitor: () => Monitor, sshPort: () => number): MachineForwards {
  const say = async (line: string): Promise<string> => {
    const answer = await monitor().execute('human-monitor-command', { 'command-line': line })
    return z.string().parse(answer).trim()
  }
  return {
    async list() {
      const found = parseUsernet(await say('info usernet'))
      return found.filter((one) => !(one.port === sshPort() && one.guestPort === guestSshPort))
    },
    async add(forward) {
      const refusal = await say(`hostfwd_add ${netdev} ${toRule(forward)}-:${forward.guestPort}`)
      if (refusal === '') return
      throw new VmError('forward-refused', { port: forward.port, reason: refusal })
    },
    async remove(forward) {
      const answer = await say(`hostfwd_remove ${netdev} ${toRule(forward)}`)
      // One that is not there is gone as well as can be.
      if (/ (removed|not found)$/.test(answer)) return
      throw new VmError('forward-refused', { port: forward.port, reason: answer })
    },
  }
}

function toRule({ protocol, address, port }: PortForward): string {
  return `${protocol}:${address}:${port}`
}

const row = /^\s*(TCP|UDP)\[HOST_FORWARD\]\s+\S+\s+(\S+)\s+(\d+)\s+\S+\s+(\d+)\s/

/** The listening lines of `info usernet`; the others are connections that come and go. */
export function parseUsernet(text: string): PortForward[] {
  return text.split('\n').flatMap((line) => {
    const [, protocol, address = '', port, guestPort] = row.exec(line) ?? []
    if (protocol === undefined) return []
    return {
      protocol: protocol === 'UDP' ? ('udp' as const) : ('tcp' as const),
      address: address === '*' ? '0.0.0.0' : address,
      port: Number(port),
      guestPort: Number(guestPort),
    }
  })
}
