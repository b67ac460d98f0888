import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { freePort } from '../../../../vm/boot.ts'
import { findProgram } from '../../../../vm/qemu/find.ts'
import { awaitQmp } from '../../../../vm/qemu/launch.ts'
import { makeQmpSecret } from '../../../../vm/qemu/qmp-secret.ts'
import { connectQmp, type QmpEvent } from '../../../../vm/qemu/qmp.ts'

const greeting = {
  QMP: { version: { qemu: { major: 7, minor: 2, micro: 22 }, package: '' }, capabilities: [] },
}
const never = new AbortController().signal

let folder: string
let path: string
let server: Server | undefined
const open = new Set<Socket>()

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-qmp-'))
  path = join(folder, 'qmp.sock')
})
afterEach(async () => {
  for (const socket of open) socket.destroy()
  server?.close()
  await rm(folder, { recursive: true, force: true })
})

/** Speaks the protocol as QEMU does; `answer` gives the lines for one command. */
async function serve(answer: (call: { execute: string; id: number }) => object[]): Promise<void> {
  const listening = Promise.withResolvers<undefined>()
  server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => undefined)
    socket.write(`${JSON.stringify(greeting)}\r\n`)
    createInterface({ input: socket }).on('line', (line) => {
      for (const reply of answer(JSON.parse(line))) socket.write(`${JSON.stringify(reply)}\r\n`)
    })
  })
  server.listen(path, () => {
    listening.resolve(undefined)
  })
  await listening.promise
}

test('greets, leaves the negotiation and tells the version', async () => {
  const calls: string[] = []
  await serve(({ execute, id }) => {
    calls.push(execute)
    return [{ return: {}, id }]
  })
  await using qmp = await connectQmp({ path }, never)
  expect(qmp.version).toEqual([7, 2, 22])
  expect(calls).toEqual(['qmp_capabilities'])
})

test('answers find their calls in any order, with events between', async () => {
  const held: number[] = []
  await serve(({ execute, id }) => {
    if (execute === 'slow') held.push(id)
    if (execute === 'slow') return [{ event: 'STOP', data: {}, timestamp: {} }]
    return [{ return: execute, id }, ...held.map((one) => ({ return: 'late', id: one }))]
  })
  await using qmp = await connectQmp({ path }, never)
  const events: QmpEvent[] = []
  qmp.onEvent((event) => events.push(event))
  const slow = qmp.execute('slow')
  expect(await qmp.execute('quick')).toBe('quick')
  expect(await slow).toBe('late')
  expect(events).toEqual([{ name: 'STOP', data: {} }])
})

test('a refusal and a lost link reject the call', async () => {
  await serve(({ execute, id }) => {
    if (execute === 'qmp_capabilities') return [{ return: {}, id }]
    if (execute === 'hang') for (const socket of open) socket.destroy()
    return [{ error: { class: 'CommandNotFound', desc: 'no such command' }, id }]
  })
  await using qmp = await connectQmp({ path }, never)
  await expect(qmp.execute('odd')).rejects.toMatchObject({ kind: 'CommandNotFound' })
  await expect(qmp.execute('hang')).rejects.toMatchObject({ name: 'QmpError' })
  await qmp.closed
  await expect(qmp.execute('later')).rejects.toMatchObject({ kind: 'Disconnected' })
})

test('a call that is never answered is given up', async () => {
  await serve(({ execute, id }) => (execute === 'hang' ? [] : [{ return: execute, id }]))
  await using qmp = await connectQmp({ path }, never)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const hanging = qmp.execute('hang')
    vi.advanceTimersByTime(5000)
    await expect(hanging).rejects.toMatchObject({ name: 'QmpError', kind: 'Timeout' })
    expect(await qmp.execute('quick')).toBe('quick')
  } finally {
    vi.useRealTimers()
  }
})

test('waiting for QEMU to listen ends with the connection or with the signal', async () => {
  const early = awaitQmp({ path }, AbortSignal.timeout(5000))
  await serve(({ id }) => [{ return: {}, id }])
  await using qmp = await early
  expect(qmp.version[0]).toBe(7)
  const abort = new AbortController()
  const waiting = awaitQmp({ path: join(folder, 'none.sock') }, abort.signal)
  abort.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
})

test.skipIf((await findProgram('qemu-system-x86_64')) === undefined)(
  'over a loopback port only the secret gets through, to a real QEMU',
  { timeout: 60_000 },
  async () => {
    const secretFile = join(folder, 'tls', 'keys.psk')
    await makeQmpSecret(secretFile)
    const port = await freePort()
    const qemu = spawn('qemu-system-x86_64', [
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-machine', 'none'],
      ...['-object', `tls-creds-psk,id=qmp-tls,endpoint=server,dir=${join(folder, 'tls')}`],
      '-chardev',
      `socket,id=qmp,host=127.0.0.1,port=${port},tls-creds=qmp-tls,server=on,wait=off`,
      ...['-mon', 'chardev=qmp,mode=control'],
    ])
    try {
      const first = await awaitQmp({ port, secretFile }, AbortSignal.timeout(30_000))
      expect(await first.execute('query-status')).toMatchObject({ status: 'running' })
      await first[Symbol.asyncDispose]()
      const wrong = join(folder, 'other', 'keys.psk')
      await makeQmpSecret(wrong)
      const refused = connectQmp({ port, secretFile: wrong }, AbortSignal.timeout(10_000))
      await expect(refused).rejects.toThrow()
      const again = await awaitQmp({ port, secretFile }, AbortSignal.timeout(10_000))
      await again[Symbol.asyncDispose]()
    } finally {
      qemu.kill('SIGKILL')
    }
  },
)
