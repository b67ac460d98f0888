import { HostError } from '../host-error.ts'
import { packet, reply, text, uint64 } from './packet.ts'
import type { Answer, Asked, Connection } from './serve.ts'
import { status, statusPacket, toStatus } from './status.ts'

/** OpenSSH's, as sshfs uses them, by name and version. */
export const extensions = [
  ['posix-rename@openssh.com', '1'],
  ['statvfs@openssh.com', '2'],
  ['hardlink@openssh.com', '1'],
  ['fsync@openssh.com', '1'],
]
  .flat()
  .map((word) => text(word))

export function serveExtension(
  { tree, handles }: Connection,
  { id, reader, later }: Asked,
  sync: (fd: number) => Promise<void>,
): Answer {
  const name = reader.name()
  switch (name) {
    case 'posix-rename@openssh.com':
      tree.rename(reader.name(), reader.name(), { replace: true })
      return undefined
    case 'hardlink@openssh.com':
      tree.link(reader.name(), reader.name())
      return undefined
    case 'statvfs@openssh.com': {
      const found = tree.statfs(reader.name())
      const { bsize, blocks, bfree, bavail, files, ffree } = found
      const numbers = [bsize, bsize, blocks, bfree, bavail, files, ffree, ffree, 0n, 0n, 255n]
      return packet(reply.extended, [id, ...numbers.map(uint64)])
    }
    case 'fsync@openssh.com': {
      const file = handles.file(reader.bytes())
      const syncing = sync(file.fd).then(
        () => statusPacket(id, status.ok),
        (error: unknown) => statusPacket(id, toStatus(error)),
      )
      file.busy = Promise.all([file.busy, syncing])
      void syncing.then(later)
      return 'later'
    }
    default:
      throw new HostError('ENOSYS', name)
  }
}
