import { errnoOf } from '../host-error.ts'
import { packet, reply, text, uint32 } from './packet.ts'

export const status = {
  ok: 0,
  eof: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
  /** Of a later version. sshfs makes "input/output error" of any number that it does not know, and EPERM of `failure`. */
  noSpace: 14,
} as const

/** The status that makes sshfs give the caller an error as near as can be to the host's own. */
export function toStatus(error: unknown): number {
  if (error instanceof RangeError) return status.badMessage
  switch (errnoOf(error) ?? '') {
    case 'ENOENT':
    case 'ENOTDIR':
      return status.noSuchFile
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return status.permissionDenied
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EIO':
    case 'EMFILE':
    case 'ENFILE':
      return status.noSpace
    case 'ENOTSUP':
    case 'ENOSYS':
      return status.unsupported
    default:
      return status.failure
  }
}

export function statusPacket(id: Buffer, code: number, message = ''): Buffer {
  return packet(reply.status, [id, uint32(code), text(message), text('')])
}
