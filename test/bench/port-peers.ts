import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { EngineChanges, EngineEvent } from '../../main/engine/changes.ts'
import { getEngine } from '../support/machine.ts'
import { end, type Guest, spawnOpenSsh } from './carriers.ts'
import { retry } from '../../vm/waiting.ts'

const run = promisify(execFile)
const pollMs = 3000

/** Another way to bring published ports to this computer; works from its start until it is disposed. */
export interface Peer {
  name: string
  /** Its ports of this computer are so far above those that were published. */
  offset: number
  start(): Promise<AsyncDisposable>
}

export interface PeerParts {
  guest: Guest
  changes: EngineChanges
}

/** One connection of OpenSSH's, whose forwards are asked for one by one. */
interface Master extends AsyncDisposable {
  forward(verb: 'forward' | 'cancel', hostPort: number, guestPort: number): Promise<void>
}

/** Looks at all containers every three seconds. */
export function createPollingPeer({ guest }: PeerParts): Peer {
  const offset = 1
  return {
    ...{ name: 'every 3 s, ssh -O forward', offset },
    async start() {
      const master = await startMaster(guest, 'polling')
      const over = new AbortController()
      const open = new Set<number>()
      const look = async () => {
        const wanted = await listPublished(guest.config.engine.hostSocket)
        const verbs = [
          ...[...wanted]
            .filter((port) => !open.has(port))
            .map((port) => ['forward', port] as const),
          ...[...open].filter((port) => !wanted.has(port)).map((port) => ['cancel', port] as const),
        ]
        for (const [verb, port] of verbs) {
          await master.forward(verb, port + offset, port)
          if (verb === 'forward') open.add(port)
          else open.delete(port)
        }
        throw new Error('again')
      }
      const looking = retry(look, { everyMs: pollMs, signal: over.signal }).catch(() => undefined)
      return {
        async [Symbol.asyncDispose]() {
          over.abort(new Error('over'))
          await looking
          await master[Symbol.asyncDispose]()
        },
      }
    },
  }
}

/** Asks about each container that starts, as soon as the engine tells of it. */
export function createEventPeer({ guest, changes }: PeerParts): Peer {
  const offset = 2
  return {
    ...{ name: 'by events, ssh -O forward', offset },
    async start() {
      const master = await startMaster(guest, 'events')
      const open = new Map<string, number[]>()
      const onContainer = async ({ action, id }: EngineEvent) => {
        if (action === 'start') {
          const ports = await inspectPublished(guest.config.engine.hostSocket, id)
          open.set(id, ports)
          for (const port of ports) await master.forward('forward', port + offset, port)
        } else if (action === 'die') {
          for (const port of open.get(id) ?? []) await master.forward('cancel', port + offset, port)
          open.delete(id)
        }
      }
      const listener = (event: EngineEvent) => void onContainer(event)
      changes.on('container', listener)
      return {
        async [Symbol.asyncDispose]() {
          changes.off('container', listener)
          await master[Symbol.asyncDispose]()
        },
      }
    },
  }
}

async function startMaster(guest: Guest, name: string): Promise<Master> {
  const control = join(guest.config.socketFolder, `${name}.ssh`)
  // It has a word for each connection that leads nowhere, of which there are many here.
  const child = await spawnOpenSsh(guest, ['-q', '-M', '-S', control])
  const say = (...words: string[]) => run('ssh', ['-F', 'none', '-S', control, ...words, 'guest'])
  await retry(() => say('-O', 'check'), { everyMs: 100, signal: AbortSignal.timeout(30_000) })
  return {
    async forward(verb, hostPort, guestPort) {
      await say('-O', verb, '-L', `127.0.0.1:${hostPort}:10.0.2.15:${guestPort}`)
    },
    [Symbol.asyncDispose]: () => end(child),
  }
}

const listed = z.array(z.object({ Ports: z.array(z.object({ PublicPort: z.int().optional() })) }))

async function listPublished(socketPath: string): Promise<Set<number>> {
  const found = listed.parse(JSON.parse(await getEngine(socketPath, '/containers/json')))
  return new Set(found.flatMap(({ Ports }) => Ports.flatMap((one) => one.PublicPort ?? [])))
}

const inspected = z.object({
  NetworkSettings: z.object({
    Ports: z.record(z.string(), z.array(z.object({ HostPort: z.string() })).nullable()),
  }),
})

async function inspectPublished(socketPath: string, id: string): Promise<number[]> {
  const text = await getEngine(socketPath, `/containers/${id}/json`)
  const { Ports } = inspected.parse(JSON.parse(text)).NetworkSettings
  const bindings = Object.values(Ports).flatMap((found) => found ?? [])
  return [...new Set(bindings.map(({ HostPort }) => Number(HostPort)))]
}
