import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import type { GuestTerminal, Machine } from '#vm'
import { VmError } from '#vm'
import { UsageFeed } from '../../../../main/machine/usage.ts'
import { reading } from '../engine/with-engine.ts'

/** A guest whose programs are streams in the test's hands. */
function guestOf() {
  const programs: PassThrough[] = []
  const machine = {
    terminal(): Promise<GuestTerminal> {
      const stream = new PassThrough()
      programs.push(stream)
      return Promise.resolve({ stream, resize: () => undefined, exited: Promise.resolve(0) })
    },
  } as unknown as Machine
  let busy = 0
  return {
    machine,
    programs,
    running: () => programs.filter((stream) => !stream.destroyed).length,
    tell: () => {
      busy += 100
      for (const stream of programs)
        if (!stream.destroyed) stream.write(`usage 2 2000 500 900 400 ${busy} 0 0 ${busy} 0\r\n`)
    },
  }
}

test('one program in the guest serves all readers, and ends with the last of them', async () => {
  const guest = guestOf()
  const feed = new UsageFeed(guest.machine)
  {
    await using one = reading(feed.watch())
    await using other = reading(feed.watch())
    const [first, second] = [one.take(), other.take()]
    await expect.poll(() => guest.programs.length).toBe(1)
    guest.tell()
    guest.tell()
    expect(await first).toMatchObject({ cpu: 1, cpus: 2, memory: 1500 * 1024, disk: 400 * 1024 })
    expect(await second).toEqual(await first)
    await using late = reading(feed.watch())
    expect(await late.take()).toEqual(await first)
    expect(guest.running()).toBe(1)
  }
  await expect.poll(() => guest.running()).toBe(0)
  await using again = reading(feed.watch())
  const next = again.take()
  await expect.poll(() => guest.programs.length).toBe(2)
  guest.tell()
  guest.tell()
  expect(await next).toMatchObject({ cpu: 1 })
})

test('a link that is lost, and a machine that does not run, are told to all who read', async () => {
  const guest = guestOf()
  const feed = new UsageFeed(guest.machine)
  await using one = reading(feed.watch())
  const first = one.take()
  await expect.poll(() => guest.programs.length).toBe(1)
  guest.programs[0]?.destroy()
  await expect(first).rejects.toMatchObject({ code: 'link-lost' })

  const stopped = { terminal: () => Promise.reject(new VmError('not-running')) }
  await using other = reading(new UsageFeed(stopped as unknown as Machine).watch())
  await expect(other.take()).rejects.toMatchObject({ code: 'not-running' })
})

test('a reader who leaves before the program is there leaves none behind', async () => {
  const guest = guestOf()
  {
    await using one = reading(new UsageFeed(guest.machine).watch())
    void one.take().catch(() => undefined)
  }
  await new Promise((resolve) => setImmediate(resolve))
  expect(guest.running()).toBe(0)
})
