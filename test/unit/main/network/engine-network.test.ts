import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { MachineSnapshot } from '#vm'
import { EngineNetwork } from '../../../../main/network/engine-network.ts'
import { FakeEngineNetwork } from '../../../support/fake-engine-network.ts'

const address = { port: 4000, secret: 'f'.repeat(64) }
const ours = `http://berth:${address.secret}@10.0.2.2:4000\n`

let guest: FakeEngineNetwork
let lines: unknown[]
beforeEach(() => {
  guest = new FakeEngineNetwork()
  lines = []
})

/** A host whose network changes, and a machine that comes and goes. */
async function create() {
  const listeners = new Set<() => void>()
  const host = { authorities: [] as string[], isProxied: false }
  const network = {
    get authorities() {
      return host.authorities
    },
    usesProxy: () => Promise.resolve(host.isProxied),
    onChange: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const log = {
    ...{ file: '', failure: (...line: unknown[]) => lines.push(line) },
    write: (...line: unknown[]) => lines.push(line),
  }
  const engine = await EngineNetwork.open({ network, address: () => address, log })
  onTestFinished(() => engine[Symbol.asyncDispose]())
  const change = async (next: Partial<typeof host>) => {
    Object.assign(host, next)
    for (const listener of listeners) listener()
    await engine.settled()
  }
  return { engine, change, machine: createMachine() }
}

function createMachine() {
  const listeners = new Set<(snapshot: MachineSnapshot) => void>()
  const made = {
    phase: 'stopped',
    get snapshot() {
      const state = { phase: made.phase, process: { slow: false } }
      return { state, health: [] } as unknown as MachineSnapshot
    },
    onChange: (listener: (snapshot: MachineSnapshot) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    exec: (command: readonly string[], { input = '' }: { input?: string | Buffer } = {}) =>
      guest.exec(command, String(input)),
    set(phase: string) {
      made.phase = phase
      for (const listener of listeners) listener(made.snapshot)
    },
  }
  return made
}

describe('a machine', () => {
  test('is handed in at its boot that there is a proxy, and whom to believe', async () => {
    const { engine, change } = await create()
    expect(engine.handedIn).toEqual({ proxy: '\n', 'authorities.pem': '\n' })
    await change({ isProxied: true, authorities: ['A', 'B'] })
    expect(engine.handedIn).toEqual({ proxy: ours, 'authorities.pem': 'A\nB\n' })
  })

  test('that runs is told of authorities at once, and its engine waits until it is started anew', async () => {
    const { engine, change, machine } = await create()
    engine.follow(machine)
    machine.set('running')
    await engine.settled()
    expect(engine.state).toBe('used')
    await change({ isProxied: true, authorities: ['A'] })
    expect([guest.authorities, engine.state]).toEqual(['A\n', 'waiting'])
    expect(guest.asked.some((asked) => asked.includes('restart'))).toBe(false)
    await engine.restart()
    expect([guest.used, engine.state]).toEqual([{ proxy: ours, authorities: 'A\n' }, 'used'])
    expect(JSON.stringify(lines)).not.toContain(address.secret)
  })

  test('whose engine has what is set by now waits no more', async () => {
    const { engine, change, machine } = await create()
    engine.follow(machine)
    machine.set('running')
    await change({ isProxied: true })
    expect(engine.state).toBe('waiting')
    await change({ isProxied: false })
    expect(engine.state).toBe('used')
  })

  test('that is gone is asked nothing, and the next one is told anew', async () => {
    const { engine, change, machine } = await create()
    engine.follow(machine)
    machine.set('running')
    await engine.settled()
    machine.set('stopped')
    expect(engine.state).toBe('unknown')
    const asked = guest.asked.length
    await change({ authorities: ['A'] })
    expect(guest.asked).toHaveLength(asked)
    await expect(engine.restart()).rejects.toMatchObject({ code: 'not-running' })
    machine.set('running')
    await engine.settled()
    expect(guest.authorities).toBe('A\n')
  })
})

test('an engine that does not come back is told of, and still waits', async () => {
  const { engine, change, machine } = await create()
  engine.follow(machine)
  machine.set('running')
  await change({ isProxied: true })
  guest.isLost = true
  await expect(engine.restart()).rejects.toMatchObject({ code: 'network-not-back' })
  expect(engine.state).toBe('waiting')
})
