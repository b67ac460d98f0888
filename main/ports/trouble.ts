import { AppError, type ErrorShape } from '#api'
import type { Trouble } from './keeper.ts'

/** Why a port is not open, as its user is told. */
export function toPortError(
  { code, holder }: Trouble,
  { address, port }: { address: string; port: number },
  platform: NodeJS.Platform,
): ErrorShape {
  switch (code) {
    case 'EADDRINUSE':
      return holder
        ? new AppError('host-port-taken', { port, ...holder }).toShape()
        : new AppError('host-port-taken-unknown', { port }).toShape()
    case 'EACCES':
    case 'EPERM':
      return new AppError(platform === 'linux' ? 'host-port-low' : 'host-port-denied', {
        port,
      }).toShape()
    case 'EADDRNOTAVAIL':
      return new AppError('host-port-address', { address, port }).toShape()
    default:
      return new AppError('host-port-failed', { port, reason: code }).toShape()
  }
}
