import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A name that only one process can listen on. Linux and Windows forget it the moment its owner ends, however it
 * ends; elsewhere it is a socket file, which an owner that was killed leaves behind.
 * @param {string} folder
 */
export function lockAddress(folder) {
  const name = `berth-setup-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`
  if (process.platform === 'linux') return `\0${name}`
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`)
}

/**
 * Waits until no other set-up works on this folder, and keeps others out until the returned function is called.
 * @param {string} folder
 * @param {{ signal: AbortSignal, onWait: (pid: string) => void }} options `onWait` is told who is being waited for
 * @returns {Promise<() => void>}
 */
export async function lockSetup(folder, { signal, onWait }) {
  const address = lockAddress(folder)
  for (;;) {
    signal.throwIfAborted()
    const release = await listen(address)
    if (release) return release
    await ownerEnds(address, signal, onWait)
  }
}

/**
 * @param {string} address
 * @returns {Promise<(() => void) | undefined>} undefined when another process has the name
 */
function listen(address) {
  return new Promise((resolve, reject) => {
    /** @type {Set<import('node:net').Socket>} */
    const waiting = new Set()
    const server = createServer((socket) => {
      waiting.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => waiting.delete(socket))
      socket.write(String(process.pid))
    })
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen(address, () => {
      server.unref()
      resolve(() => {
        server.close()
        // Those who wait see their connection end and try for the name themselves.
        for (const socket of waiting) socket.destroy()
      })
    })
  })
}

/**
 * @param {string} address
 * @param {AbortSignal} signal
 * @param {(pid: string) => void} onWait
 * @returns {Promise<void>}
 */
function ownerEnds(address, signal, onWait) {
  return new Promise((resolve) => {
    const socket = connect(address)
    const leave = () => socket.destroy()
    signal.addEventListener('abort', leave, { once: true })
    socket.setEncoding('utf8')
    socket.once('data', onWait)
    socket.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === 'ECONNREFUSED' && address.endsWith('.sock'))
        rmSync(address, { force: true })
    })
    socket.once('close', () => {
      signal.removeEventListener('abort', leave)
      resolve()
    })
  })
}
