import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createBoard } from '../../../vm/board.ts'
import { machineFiles } from '../../../vm/files.ts'
import type { Session } from '../../../vm/session.ts'
import { supervise } from '../../../vm/supervise.ts'
import { machineConfig } from '../../support/machine.ts'

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
  supervise(context, createSession(doubts), over.signal)
  ring()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  over.abort()
  expect(looks).toBe(2)
})

/** A session whose link is being redialled. */
function createSession(doubts: Set<() => void>): Session {
  const nothing = () => Promise.resolve()
  return {
    qemu: {
      instance: { pid: 1, startTime: '' },
      runtime: {
        ...{ version: 1, instanceId: '', sshPort: 1, accel: 'tcg', cpus: 1 },
        ...{ memoryMiB: 1, diskGiB: 1, argsHash: '' },
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
