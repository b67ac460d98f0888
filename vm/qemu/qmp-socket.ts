import { VmError } from '../errors.ts'
import { clearSocketPath } from '../socket-path.ts'
import { escapeCommas } from './args.ts'
import { findProcesses } from './process-table.ts'

/**
 * Makes room where QEMU is about to listen: it would itself remove whatever lies there, a file of the user's as well as
 * the socket of a program that lives.
 * @throws {VmError} 'socket-taken'; 'disk-in-use' when a machine that nobody has a record of listens there.
 */
export async function clearQmpSocket(path: string, disk: string): Promise<void> {
  try {
    await clearSocketPath(path)
  } catch (cause) {
    const [machine] = await findProcesses(`path=${escapeCommas(path)},server=on`)
    throw machine === undefined ? cause : new VmError('disk-in-use', { path: disk }, { cause })
  }
}

/** Removes what a QEMU that has ended left of its socket; what is not its own stays. */
export async function forgetQmpSocket(path: string): Promise<void> {
  await clearSocketPath(path).catch(() => undefined)
}
