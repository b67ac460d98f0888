import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Holder, Place } from '../host-ports.ts'
import { findLinuxHolder } from './linux.ts'
import { parseLsof } from './mac.ts'
import { parseEndpoint, toEndpointScript } from './windows.ts'

const run = promisify(execFile)
const patienceMs = 5000

/** The program that has a port. Undefined when the system does not say it to us, which is no failure. */
export async function findHolder(
  place: Place,
  platform: NodeJS.Platform,
): Promise<Holder | undefined> {
  try {
    if (platform === 'linux') return await findLinuxHolder(place)
    if (platform === 'darwin') return await askLsof(place)
    if (platform === 'win32') return await askPowerShell(place)
  } catch {
    // Not even the port's state is lost with it.
  }
  return undefined
}

// Programs by their full paths: nothing that lies in the PATH is started for this.

async function askLsof({ protocol, port }: Place): Promise<Holder | undefined> {
  const what = protocol === 'udp' ? [`-iUDP:${port}`] : [`-iTCP:${port}`, '-sTCP:LISTEN']
  const args = ['-nP', '-F', 'pc', ...what]
  const { stdout } = await run('/usr/sbin/lsof', args, { timeout: patienceMs })
  return parseLsof(stdout)
}

async function askPowerShell(place: Place): Promise<Holder | undefined> {
  const system = join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32')
  const program = join(system, 'WindowsPowerShell', 'v1.0', 'powershell.exe')
  const args = ['-NoProfile', '-NonInteractive', '-Command', toEndpointScript(place)]
  const { stdout } = await run(program, args, { timeout: patienceMs, windowsHide: true })
  return parseEndpoint(stdout)
}
