import { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import type { ExecResult, GuestTerminal } from '#vm'
import { createGuestCompose } from '../../../../main/compose/runner.ts'

const folders = { toGuest: () => ({ kind: 'not-shared' as const }) }

/** A guest whose one program ends as the test says. */
function guestOf(result: Partial<ExecResult> = {}) {
  const asked: string[][] = []
  const exited = Promise.withResolvers<number>()
  const typed: string[] = []
  const stream = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      typed.push(chunk.toString())
      done()
    },
  })
  const runner = createGuestCompose(
    {
      exec(command) {
        asked.push([...command])
        const nothing = Buffer.alloc(0)
        return Promise.resolve({ code: 0, stdout: nothing, stderr: nothing, ...result })
      },
      terminal(command): Promise<GuestTerminal> {
        asked.push([...command])
        return Promise.resolve({ stream, resize: () => undefined, exited: exited.promise })
      },
    },
    folders,
  )
  return { runner, asked, stream, typed, exited }
}

test('Compose’s engine is the host’s socket, and nothing is fetched to read a file', async () => {
  const { runner, asked } = guestOf()
  await runner.read(['-f', "/tmp/it's here/compose.yaml", 'config'], new AbortController().signal)
  const [command = []] = asked
  expect(command).toContain('DOCKER_HOST=unix:///run/berth/engine.sock')
  expect(command).toContain('COMPOSE_EXPERIMENTAL_GIT_REMOTE=false')
  expect(command).toContain('COMPOSE_EXPERIMENTAL_OCI_REMOTE=false')
  expect(command.slice(-3)).toEqual(['-f', "/tmp/it's here/compose.yaml", 'config'])
})

test('one that was ended because it took too long says so', async () => {
  const { runner, asked } = guestOf({ code: 137 })
  const { code } = await runner.read(['config'], new AbortController().signal)
  expect(code).toBe('late')
  expect(asked[0]?.join(' ')).toContain('timeout -s KILL 50 ')
})

test('a run tells its lines and its code', async () => {
  const { runner, stream, exited } = guestOf()
  const running = runner.run(['up'], new AbortController().signal)
  stream.push('one\r\ntwo\r\n')
  stream.push(null)
  exited.resolve(3)
  expect(await running.next()).toEqual({ done: false, value: 'one' })
  expect(await running.next()).toEqual({ done: false, value: 'two' })
  expect(await running.next()).toEqual({ done: true, value: 3 })
})

test('a run that is left gets Ctrl-C, and may end in order', async () => {
  const { runner, stream, exited, typed } = guestOf()
  const abort = new AbortController()
  const running = runner.run(['up'], abort.signal)
  stream.push('one\r\n')
  await running.next()
  abort.abort()
  await expect.poll(() => typed).toEqual(['\u0003'])
  stream.push(null)
  exited.resolve(130)
  expect(await running.next()).toEqual({ done: true, value: 130 })
})

test('a link that ends in the middle is no end of Compose', async () => {
  const { runner, stream } = guestOf()
  const running = runner.run(['up'], new AbortController().signal)
  const next = running.next()
  stream.destroy(new Error('gone'))
  await expect(next).rejects.toMatchObject({ code: 'link-lost' })
})
