import { lstat, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { errorCode } from './durable-file.ts'
import { VmError } from './errors.ts'

/**
 * Makes room for a unix socket of ours: a dead one of this user's is removed, everything else is left alone.
 * @throws {VmError} 'socket-taken' when somebody answers there, or something lies there that is no socket of ours.
 */
export async function clearSocketPath(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (!found) return
  const taken = (reason: string) => new VmError('socket-taken', { path, reason })
  if (found.isDirectory()) throw taken('folder')
  if (!found.isSocket()) throw taken('file')
  if (process.getuid && found.uid !== process.getuid()) throw taken('owner')
  if (await isAnswered(path)) throw taken('in-use')
  await rm(path, { force: true })
}

/** Only a refusal says that nobody has it: one that is busy (EAGAIN), or speaks another way (EPROTOTYPE), is in use. */
async function isAnswered(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ path })
  socket.on('connect', () => {
    resolve(true)
  })
  socket.on('error', (error) => {
    resolve(!['ECONNREFUSED', 'ENOENT'].includes(errorCode(error) ?? ''))
  })
  const answered = await promise
  socket.destroy()
  return answered
}
