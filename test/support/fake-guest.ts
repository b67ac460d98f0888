import { Duplex } from 'node:stream'
import type { GuestTerminal } from '#vm'
import { createShell } from './fake-engine/shell.ts'

interface Size {
  columns: number
  rows: number
}

/** A program of the guest: the one that tells what the machine uses, a log's tail, or else a shell. */
export function openGuest(command: readonly string[], size: Size): GuestTerminal {
  const text = command.join(' ')
  if (text.includes('/proc/meminfo')) return toTerminal(openUsage())
  if (text.includes('tail')) return toTerminal(openLog())
  return openShell(size)
}

function toTerminal(stream: Duplex): GuestTerminal {
  return { stream, resize: () => undefined, exited: new Promise(() => undefined) }
}

/** Lines as main/machine/usage.ts asks the guest for them: waves of CPU, memory and disk. */
function openUsage(): Duplex {
  const begun = Date.now()
  const ticks = { total: 0, idle: 0 }
  const tell = () => {
    const seconds = (Date.now() - begun) / 1000
    const busy = 0.35 + 0.2 * Math.sin(seconds / 17) + 0.1 * Math.sin(seconds / 2.3)
    ticks.total += 400
    ticks.idle += Math.round(400 * (1 - busy))
    const available = Math.round(1_060_000 - 140_000 * Math.sin(seconds / 31))
    const disk = Math.round(11_800_000 + seconds * 40)
    const busyTicks = ticks.total - ticks.idle
    const times = `${busyTicks} 0 0 ${ticks.idle} 0 0 0 0 0 0`
    stream.push(`usage 2 2029876 ${available} 65792556 ${disk} ${times}\r\n`)
  }
  const timer = setInterval(tell, 2000)
  const stream = new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => done(),
    destroy(error, done) {
      clearInterval(timer)
      done(error)
    },
  })
  tell()
  setTimeout(() => {
    if (!stream.destroyed) tell()
  }, 100)
  return stream
}

function openLog(): Duplex {
  const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() })
  for (let index = 0; index < 40; index += 1) {
    const level = index % 9 === 8 ? 'warning' : 'info'
    stream.push(`time="2026-11-22T03:0${index % 10}:00Z" level=${level} msg="event ${index}"\n`)
  }
  return stream
}

function openShell(size: Size): GuestTerminal {
  const now = { ...size }
  const { promise: exited, resolve } = Promise.withResolvers<number>()
  const shell = createShell({
    ...{ user: 'root', hostname: 'berth', env: ['TERM=xterm'], workingDir: '~' },
    size: () => now,
  })
  const stream = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      stream.push(shell.type(chunk.toString('utf8')))
      if (shell.exitCode !== undefined) {
        stream.push(null)
        resolve(shell.exitCode)
      }
      done()
    },
  })
  stream.push(shell.greeting)
  return {
    stream,
    exited,
    resize: (next) => void Object.assign(now, next),
  }
}
