import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex, PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createBoard } from '../../../vm/board.ts'
import { machineFiles } from '../../../vm/files.ts'
import type { Session } from '../../../vm/session.ts'
import type { SshConnection } from '../../../vm/ssh/connection.ts'
import { supervise } from '../../../vm/supervise.ts'
import { machineConfig } from '../../support/machine.ts'
import { noLimits } from '../../support/runtime.ts'

const onEngineEvent = () => undefined
let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-supervise-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

test('an engine that is down is looked at once a second, although each look is refused', async () => {
  const over = new AbortController()
  const doubts = new Set<() => void>()
  const ring = () => {
    for (const listener of doubts) listener()
  }
  let looks = 0
  const { config } = await machineConfig({ imageFolder: home }, home)
  config.engine.probe = () => {
    looks++
    // As the forward does, before its client hears of it.
    ring()
    return Promise.reject(new Error('refused'))
  }
  const context = { config, files: machineFiles(home, home), board: createBoard() }
  supervise(context, createSession(doubts), { signal: over.signal, onEngineEvent })
  ring()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  over.abort()
  expect(looks).toBe(2)
})

test('an engine is looked at again when what was to mend it has failed', async () => {
  const over = new AbortController()
  const doubts = new Set<() => void>()
  const { config } = await machineConfig({ imageFolder: home }, home)
  config.engine.probe = () => Promise.reject(new Error('refused'))
  const context = { config, files: machineFiles(home, home), board: createBoard() }
  const client = createGuest()
  const connection = { client } as unknown as SshConnection
  const session = createSession(doubts)
  session.link = {
    ...session.link,
    current: connection,
    connection: () => Promise.resolve(connection),
  }
  supervise(context, session, { signal: over.signal, onEngineEvent })
  for (const ring of doubts) ring()
  await vi.waitFor(() => expect(client.refused).toBeGreaterThan(1), { timeout: 10_000 })
  over.abort()
  const engine = context.board.snapshot.health.find(({ link }) => link === 'engine')
  expect(engine).toMatchObject({ state: 'down', error: { code: 'engine-down' } })
})

/** A guest whose engine is said to have given up, and that cannot be asked why. */
function createGuest() {
  const guest = {
    refused: 0,
    exec(command: string, done: (error: Error | undefined, channel?: Duplex) => void) {
      if (command.includes('cat')) {
        guest.refused++
        done(new Error('no more channels'))
        return
      }
      const beat = () => channel.push(`${(Date.now() / 1000).toFixed(6)} gave-up 0 -\n`)
      const channel = Object.assign(
        new Duplex({
          read: () => undefined,
          write: (_chunk, _encoding, next) => {
            beat()
            next()
          },
        }),
        { stderr: new PassThrough(), close: () => undefined },
      )
      done(undefined, channel)
      if (command.includes('true'))
        setImmediate(() => channel.emit('exit', 0) && channel.emit('close'))
    },
  }
  return guest
}

/** A session whose link is being redialled. */
function createSession(doubts: Set<() => void>): {
  -readonly [Key in keyof Session]: Session[Key]
} {
  const nothing = () => Promise.resolve()
  return {
    qemu: {
      instance: { pid: 1, startTime: '' },
      runtime: {
        ...{ version: 1, instanceId: '', sshPort: 1, accel: 'tcg' },
        ...{ ...noLimits, argsHash: '' },
      },
      adopted: false,
      ended: Promise.withResolvers<never>().promise,
      execute: () => Promise.resolve({ status: 'running', running: true }),
      onEvent: () => () => undefined,
      onLink: () => () => undefined,
      kill: nothing,
      [Symbol.asyncDispose]: nothing,
    },
    link: {
      current: undefined,
      connection: () => Promise.reject(new Error('none')),
      drop: () => undefined,
      [Symbol.asyncDispose]: nothing,
    },
    forward: {
      hostSocket: '',
      isInPlace: () => Promise.resolve(true),
      rebind: nothing,
      [Symbol.asyncDispose]: nothing,
    },
    onDoubt: (listener) => doubts.add(listener),
    windDown: nothing,
    [Symbol.asyncDispose]: nothing,
  }
}
