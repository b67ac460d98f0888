import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockSetup } from '../../../main/setup/lock.mjs'

let folder = ''
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'berth-lock-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const never = new AbortController().signal
const lock = (onWait: (pid: string) => void = () => undefined, signal = never) =>
  lockSetup(folder, { signal, onWait })

/** Another process that takes the lock and keeps it until it is killed. */
async function foreignHolder() {
  const file = new URL('../../../main/setup/lock.mjs', import.meta.url).href
  const code = `const { lockSetup } = await import(process.argv[1])
    await lockSetup(process.argv[2], { signal: new AbortController().signal, onWait() {} })
    console.log('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, file, folder])
  await once(child.stdout, 'data')
  return child
}

describe('lockSetup', () => {
  it('lets the second wait until the first is done, and tells it for whom', async () => {
    const order: string[] = []
    const release = await lock()
    const told = Promise.withResolvers<string>()
    const second = lock(told.resolve).then((releaseSecond) => {
      order.push('second has it')
      releaseSecond()
    })
    expect(await told.promise).toBe(String(process.pid))
    order.push('first lets go')
    release()
    await second
    expect(order).toEqual(['first lets go', 'second has it'])
  })

  it('is free again once its owner was killed', async () => {
    const holder = await foreignHolder()
    const told = Promise.withResolvers<string>()
    const waiting = lock(told.resolve)
    expect(await told.promise).toBe(String(holder.pid))
    holder.kill('SIGKILL')
    const release = await waiting
    release()
  })

  it('stops waiting when aborted', async () => {
    const release = await lock()
    const controller = new AbortController()
    const waiting = lock(() => controller.abort(new Error('stopped')), controller.signal)
    await expect(waiting).rejects.toThrow('stopped')
    release()
  })

  it('lets only one in at a time when many come at once', async () => {
    let inside = 0
    const seen: number[] = []
    const work = async () => {
      const release = await lock()
      seen.push(++inside)
      await new Promise(setImmediate)
      inside--
      release()
    }
    await Promise.all(Array.from({ length: 8 }, work))
    expect(seen).toEqual(Array.from({ length: 8 }, () => 1))
  })
})
