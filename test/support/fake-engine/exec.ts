import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Call, readBody, sendJson, sendNothing } from './answers.ts'
import { requireRunning } from './container-verbs.ts'
import { toFrame } from './logs.ts'
import type { FakeContainer, FakeExec } from './objects.ts'
import { Refusal } from './refusal.ts'
import { createShell, runCommand } from './shell.ts'
import type { EngineStore } from './store.ts'

interface ExecBody {
  Cmd?: string[]
  Tty?: boolean
  User?: string
  WorkingDir?: string
}

export async function createExec(call: Call): Promise<void> {
  const { store, params, request } = call
  const container = store.container(params[0] ?? '')
  requireRunning(container)
  if (container.state === 'paused') {
    throw new Refusal(409, `container ${container.id} is paused, unpause the container before exec`)
  }
  const body = JSON.parse(await readBody(request)) as ExecBody
  const exec: FakeExec = {
    id: randomBytes(32).toString('hex'),
    container: container.id,
    command: body.Cmd ?? [],
    tty: body.Tty === true,
    user: body.User ?? container.user,
    workingDir: body.WorkingDir ?? container.workingDir,
    running: false,
    exitCode: null,
    size: { columns: 80, rows: 24 },
    onResize: () => undefined,
  }
  store.execs.set(exec.id, exec)
  store.changeContainer(container, `exec_create: ${exec.command.join(' ')}`, { execID: exec.id })
  sendJson(call, { Id: exec.id }, 201)
}

function find(store: EngineStore, id: string): FakeExec {
  const exec = store.execs.get(id)
  if (!exec) throw new Refusal(404, `No such exec instance: ${id}`)
  return exec
}

export function inspectExec(call: Call): void {
  const { id, running, exitCode, tty, command, container } = find(call.store, call.params[0] ?? '')
  sendJson(call, {
    ID: id,
    Running: running,
    ExitCode: exitCode,
    ProcessConfig: { tty, entrypoint: command[0], arguments: command.slice(1) },
    ContainerID: container,
    Pid: running ? 4711 : 0,
  })
}

export function resizeExec(call: Call): void {
  const exec = find(call.store, call.params[0] ?? '')
  exec.size = { columns: Number(call.query.get('w')), rows: Number(call.query.get('h')) }
  exec.onResize()
  sendNothing(call, 200)
}

/** POST /exec/{id}/start with `Upgrade: tcp`: from then on the connection is the terminal. */
export function upgradeExec(
  store: EngineStore,
  request: IncomingMessage,
  { socket, head, id }: { socket: Duplex; head: Buffer; id: string },
): void {
  const exec = store.execs.get(id)
  const container = exec && store.containers.get(exec.container)
  if (!exec || !container) {
    const message = JSON.stringify({ message: `No such exec instance: ${id}` })
    socket.end(
      `HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: ${message.length}\r\n\r\n${message}`,
    )
    return
  }
  // The request's own body comes first on the connection, in whatever pieces.
  const unread = { bytes: Number(request.headers['content-length'] ?? 0) }
  const chunked = request.headers['transfer-encoding'] === 'chunked'
  const session = openSession(store, { exec, container, socket })
  const take = (bytes: Buffer) => {
    const skip = Math.min(unread.bytes, bytes.length)
    unread.bytes -= skip
    const rest = bytes.subarray(skip)
    if (rest.length > 0 && !chunked) session.type(rest.toString('utf8'))
  }
  socket.write(
    'HTTP/1.1 101 UPGRADED\r\ncontent-type: application/vnd.docker.raw-stream\r\nconnection: Upgrade\r\nupgrade: tcp\r\n\r\n',
  )
  session.begin()
  if (head.length > 0) take(head)
  socket.on('data', take)
}

interface Session {
  begin(): void
  type(text: string): void
}

function openSession(
  store: EngineStore,
  { exec, container, socket }: { exec: FakeExec; container: FakeContainer; socket: Duplex },
): Session {
  const { hostname, env } = container
  const surroundings = { ...exec, hostname, env, size: () => exec.size }
  const shell = createShell(surroundings)
  const [program = '', ...words] = exec.command
  const isShell = /(^|\/)(ba|z|fi|a|da)?sh$/.test(program) && words[0] !== '-c'
  const give = (text: string) => {
    if (text !== '') socket.write(exec.tty ? text : toFrame('stdout', Buffer.from(text)))
  }
  const finish = (code: number) => {
    if (!exec.running) return
    exec.running = false
    exec.exitCode = code
    store.off('event', look)
    store.changeContainer(container, 'exec_die', { execID: exec.id, exitCode: String(code) })
    socket.end()
  }
  // An exec dies with its container.
  const look = () => {
    if (container.state === 'exited' || !store.containers.has(container.id)) finish(137)
  }
  socket.on('error', () => finish(129))
  socket.on('end', () => finish(129))
  socket.on('close', () => finish(129))
  return {
    begin() {
      exec.running = true
      store.changeContainer(container, `exec_start: ${exec.command.join(' ')}`, {
        execID: exec.id,
      })
      store.on('event', look)
      if (isShell) {
        give(shell.greeting)
        return
      }
      const { out, code } = runCommand(program, words, surroundings)
      give(exec.tty ? out.replaceAll('\n', '\r\n') : out)
      finish(code)
    },
    type(text) {
      give(shell.type(text))
      if (shell.exitCode !== undefined) finish(shell.exitCode)
    },
  }
}
