import type { ReclaimReturns } from '#api'

/**
 * What of the machine's room this system gets back while the machine runs. A raw file has holes cut into it on Linux and
 * Mac; on Windows QEMU only uses a qcow2 file's free room again. Free memory is told to QEMU everywhere, and taken from
 * its process on Linux alone.
 */
export function whatReturns(platform: NodeJS.Platform): ReclaimReturns {
  return { disk: platform !== 'win32', memory: platform === 'linux' }
}
