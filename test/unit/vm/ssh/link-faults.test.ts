import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { awakeBy } from '../../../../vm/awake.ts'
import { type Board, createBoard } from '../../../../vm/board.ts'
import { VmError } from '../../../../vm/errors.ts'
import { connectSsh, type SshConnection } from '../../../../vm/ssh/connection.ts'
import { execOverSsh } from '../../../../vm/ssh/exec.ts'
import { createSshLink, type SshLink } from '../../../../vm/ssh/link.ts'
import { type Fault, type FaultProxy, startFaultProxy } from '../../../support/fault-proxy.ts'
import { startSshServer, type SshServer } from '../../../support/ssh-server.ts'

const never = new AbortController().signal
let server: SshServer
let proxy: FaultProxy
let link: SshLink
let changes: boolean[]
let dials: number
let board: Board

beforeEach(async () => {
  server = await startSshServer()
  proxy = await startFaultProxy({ to: { port: server.port } })
  changes = []
  dials = 0
  board = createBoard()
  const dial = (signal: AbortSignal, onAnswer?: () => void) => {
    dials += 1
    return connectSsh({ ...server, port: proxy.port }, { timeoutMs: 10_000, signal, onAnswer })
  }
  link = createSshLink({
    first: await dial(never),
    dial,
    awake: awakeBy(board),
    onChange: (up) => changes.push(up),
  })
})
afterEach(async () => {
  await link[Symbol.asyncDispose]()
  await proxy[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const works = async () => {
  const { stdout } = await execOverSsh(await link.connection(never), ['at-once'])
  return stdout.toString()
}

describe('a link through a network', () => {
  test.each<Fault>(['reset', 'end'])('that answers with "%s" comes back after', async (fault) => {
    const broken = link.current?.closed
    proxy.set(fault)
    await broken
    await expect(link.connection(AbortSignal.timeout(300))).rejects.toThrow()
    proxy.set('none')
    expect(await works()).toBe('hi')
    expect(changes.at(-1)).toBe(true)
  })

  test('that gets one bit wrong breaks, and is made anew', async () => {
    const broken = link.current?.closed
    proxy.set('corrupt')
    await expect(works()).rejects.toThrow()
    await broken
    expect(await works()).toBe('hi')
  })

  test('that swallows what was dialled is there soon after it is well', async () => {
    proxy.set('forget')
    link.drop()
    await new Promise((resolve) => setTimeout(resolve, 2500))
    proxy.set('none')
    const healed = performance.now()
    expect(await works()).toBe('hi')
    expect(performance.now() - healed).toBeLessThan(1500)
  })

  test('that is slow is worked with', async () => {
    proxy.set('throttle')
    expect(await works()).toBe('hi')
    expect(changes).toEqual([])
  })
})

describe('a link to a guest that stands still', () => {
  const full = new VmError('disk-full', { folder: '/', freeMiB: 0, neededMiB: 256 })
  const lose = async () => {
    const broken = link.current?.closed
    link.drop()
    await broken
  }

  test('is not dialled, and is there once it goes on', async () => {
    board.setHealth('process', 'down', full)
    await lose()
    await expect(link.connection(AbortSignal.timeout(2500))).rejects.toThrow()
    expect(dials).toBe(1)
    board.setHealth('process', 'ok')
    expect(await works()).toBe('hi')
    expect(dials).toBe(2)
  })

  test('is dialled no more when that comes between', async () => {
    proxy.set('forget')
    await lose()
    await expect.poll(() => dials, { timeout: 5000 }).toBe(3)
    board.setHealth('process', 'down', full)
    await expect(link.connection(AbortSignal.timeout(2500))).rejects.toThrow()
    expect(dials).toBe(3)
    proxy.set('none')
    board.setHealth('process', 'ok')
    expect(await works()).toBe('hi')
  })

  test('is let go with its caller', async () => {
    board.setHealth('process', 'down', full)
    await lose()
    await link[Symbol.asyncDispose]()
    await expect(link.connection(never)).rejects.toThrow()
  })
})

describe('a link that is made anew', () => {
  const createLink = async (prepare: () => Promise<void>) => {
    const dialled: SshConnection[] = []
    const dial = async (signal: AbortSignal) => {
      const connection = await connectSsh(server, { timeoutMs: 10_000, signal })
      dialled.push(connection)
      return connection
    }
    const own = createSshLink({
      ...{ first: await dial(never), dial, prepare, awake: awakeBy(createBoard()) },
      onChange: () => undefined,
    })
    return { own, dialled }
  }

  test('can be let go while the new connection is still prepared, and lets that go', async () => {
    const preparing = Promise.withResolvers<undefined>()
    const { own, dialled } = await createLink(() => {
      preparing.resolve(undefined)
      return new Promise(() => undefined)
    })
    own.drop()
    await preparing.promise
    await own[Symbol.asyncDispose]()
    await dialled.at(-1)?.closed
    expect(dialled).toHaveLength(2)
  })

  test('lets a connection go that cannot be prepared, and takes the next', async () => {
    let tries = 0
    const { own, dialled } = await createLink(() => {
      tries += 1
      return tries === 1 ? Promise.reject(new Error('refused')) : Promise.resolve()
    })
    own.drop()
    await dialled[0]?.closed
    const taken = await own.connection(never)
    await dialled[1]?.closed
    expect(taken).toBe(dialled[2])
    await own[Symbol.asyncDispose]()
  })
})
