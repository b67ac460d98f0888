import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createBoard } from '../../../vm/board.ts'
import type { Context } from '../../../vm/context.ts'
import { machineFiles } from '../../../vm/files.ts'
import { startSession } from '../../../vm/start.ts'
import { machineConfig } from '../../support/machine.ts'
import { noLimits } from '../../support/runtime.ts'

const greeting = {
  QMP: { version: { qemu: { major: 9, minor: 0, micro: 0 }, package: '' }, capabilities: [] },
}
const call = z.object({ execute: z.string(), id: z.int() })

let home: string
let context: Context
let found: ChildProcess
let qmp: Server
const links = new Set<Socket>()
const calls: string[] = []
let onCall: (command: string) => void

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-start-'))
  const { config } = await machineConfig({ imageFolder: home }, home)
  const files = machineFiles(config.folder, config.socketFolder)
  context = { config, files, board: createBoard() }
  await mkdir(config.folder)
  calls.length = 0
  onCall = () => undefined
  const instanceId = randomUUID()
  found = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60000)', instanceId])
  const runtime = {
    ...{ version: 1, instanceId, pid: found.pid, sshPort: 1, accel: 'tcg' },
    ...{ ...noLimits, argsHash: '' },
  }
  await once(found, 'spawn')
  await writeFile(files.runtime, JSON.stringify(runtime))
  await writeFile(files.serial, 'berth: disk 1.0\r\nberth: sshd 2.0\r\n')
  qmp = createServer((socket) => {
    answer(socket, instanceId)
  })
  qmp.listen(files.qmpSocket)
  await once(qmp, 'listening')
})

afterEach(async () => {
  found.kill('SIGKILL')
  for (const link of links) link.destroy()
  qmp.close()
  await rm(home, { recursive: true, force: true })
})

test('a machine found running is let go of when the keys cannot be had', async () => {
  await mkdir(context.files.userKey)
  const starting = startSession(context, { adoptOnly: false, signal: AbortSignal.timeout(5000) })
  await expect(starting).rejects.toThrow()
  expect(calls).toContain('query-uuid')
  for (const link of links) await once(link, 'close')
  expect(links.size).toBe(0)
})

test('a machine found paused by a full disk is resumed while it is waited for', async () => {
  const abort = new AbortController()
  onCall = (command) => {
    if (command === 'cont') abort.abort(new Error('enough'))
  }
  const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(4000)])
  await expect(startSession(context, { adoptOnly: true, signal })).rejects.toThrow('enough')
  expect(context.board.snapshot.health[0]?.error?.code).toBe('disk-full')
  // It was handed its files when it booted.
  const written = await readdir(context.config.folder)
  expect(written).not.toContain('authorized_keys')
  expect(written).not.toContain('daemon.json')
})

/** Answers as a QEMU does whose guest the host's disk has paused. */
function answer(socket: Socket, uuid: string): void {
  links.add(socket)
  socket.on('error', () => undefined)
  socket.on('close', () => links.delete(socket))
  socket.write(`${JSON.stringify(greeting)}\r\n`)
  const lines = createInterface({ input: socket })
  lines.on('error', () => undefined)
  lines.on('line', (line) => {
    const { execute, id } = call.parse(JSON.parse(line))
    calls.push(execute)
    onCall(execute)
    const answers: Record<string, object> = {
      'query-uuid': { UUID: uuid },
      'query-status': { status: 'io-error', running: false },
    }
    socket.write(`${JSON.stringify({ return: answers[execute] ?? {}, id })}\r\n`)
  })
}
