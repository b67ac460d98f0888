import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { PortKeeper } from '../../../../main/ports/keeper.ts'
import { type ListenerPlan, toListeners } from '../../../../main/ports/listener.ts'
import { createLocalPorts } from '../../../../main/ports/local-ports.ts'
import { FakeForwards } from '../../../support/fake-forwards.ts'
import { silentLog } from '../engine/with-engine.ts'

// Against the ports of this very computer; only the machine's own forwards are none.
const host = createLocalPorts('linux')

function openKeeper() {
  const forwards = new FakeForwards()
  const keeper = new PortKeeper({
    ...{ forwards, host, log: silentLog },
    open: () => Promise.reject(new Error('nothing is there')),
    onChange: () => undefined,
  })
  onTestFinished(() => keeper[Symbol.asyncDispose]())
  keeper.resync()
  const want = async (plans: Omit<ListenerPlan, 'guestPort'>[]) => {
    const listeners = plans.flatMap((plan) =>
      toListeners({ ...plan, guestPort: plan.port }, 'linux'),
    )
    keeper.want('one', listeners)
    await keeper.settled()
    return listeners
  }
  return { keeper, forwards, want }
}

/** Takes a port until the test has ended, or earlier. */
async function take(protocol: 'tcp' | 'udp', address: string, port: number) {
  const holder =
    protocol === 'udp' ? createSocket(address.includes(':') ? 'udp6' : 'udp4') : createServer()
  if ('bind' in holder) holder.bind({ address, port, exclusive: true })
  else holder.listen({ host: address, port, ipv6Only: true })
  await once(holder, 'listening')
  const release = async () => {
    const closed = once(holder, 'close')
    holder.close()
    await closed
  }
  onTestFinished(() => release().catch(() => undefined))
  return release
}

async function freeRange(count: number): Promise<number> {
  for (let first = 34_000; first < 60_000; first += count) {
    const ports = Array.from({ length: count }, (_, index) => first + index)
    const places = ports.flatMap((port) =>
      (['tcp', 'udp'] as const).flatMap((protocol) =>
        ['127.0.0.1', '::1'].map((address) => ({ protocol, address, port })),
      ),
    )
    const found = await Promise.all(places.map((place) => host.probe(place)))
    if (found.every((refusal) => refusal === undefined)) return first
  }
  throw new Error('no range is free')
}

describe('a port that another program has', () => {
  test.each([
    ['tcp', '127.0.0.1'],
    ['tcp', '::1'],
    ['udp', '127.0.0.1'],
    ['udp', '::1'],
  ] as const)(
    'for %s on %s is in trouble, and had as soon as it is free',
    async (protocol, address) => {
      const { keeper, want } = openKeeper()
      const port = await freeRange(1)
      const release = await take(protocol, address, port)
      const listeners = await want([{ protocol, address: '127.0.0.1', port }])
      const stateAt = (on: string) =>
        listeners.flatMap((one) => (one.address === on ? keeper.stateOf(one) : []))
      expect(stateAt(address)).toMatchObject([
        { kind: 'trouble', code: 'EADDRINUSE', holder: { pid: process.pid } },
      ])
      await release()
      await keeper.retry()
      for (const one of listeners) expect(keeper.stateOf(one)).toEqual({ kind: 'open' })
    },
  )

  test('in the midst of a range leaves the others open', async () => {
    const { keeper, forwards, want } = openKeeper()
    const first = await freeRange(10)
    const release = await take('tcp', '127.0.0.1', first + 4)
    const plans = Array.from({ length: 10 }, (_, index) => ({
      ...{ protocol: 'tcp' as const, address: '127.0.0.1', port: first + index },
    }))
    const listeners = await want(plans)
    const troubled = listeners.filter((one) => keeper.stateOf(one).kind === 'trouble')
    expect(new Set(troubled.map(({ port }) => port))).toEqual(new Set([first + 4]))
    expect((await forwards.list()).map(({ port }) => port)).toHaveLength(9)
    await release()
    await vi.waitFor(
      () => expect(listeners.every((one) => keeper.stateOf(one).kind === 'open')).toBe(true),
      { timeout: 10_000 },
    )
  })

  test('on every address is one on 127.0.0.1, too', async () => {
    const { keeper, want } = openKeeper()
    const port = await freeRange(1)
    await take('tcp', '0.0.0.0', port)
    const [listener] = await want([{ protocol: 'tcp', address: '127.0.0.1', port }])
    expect(listener && keeper.stateOf(listener)).toMatchObject({ kind: 'trouble' })
  })
})
