import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Folders } from '../../main/folders/folders.ts'
import { createReplay } from '../../main/folders/watch/create-replay.ts'
import { createProxy } from '../../main/proxy/proxy.ts'
import { createQemuMachine, type Machine } from '../../vm/index.ts'
import { findProgram } from '../../vm/qemu/find.ts'
import { retry } from '../../vm/waiting.ts'
import { machineConfig } from '../support/machine.ts'
import { createTooledDocker, said, toolImage } from './guest-tool.ts'
import { publishPorts } from './published.ts'

const log = { file: '', write: () => undefined, failure: () => undefined }

/** Where the container has each kind of folder. */
export const kinds = { shared: '/shared', local: '/local', nine: '/nine' } as const

/** A machine with a container that has a shared folder, a volume on the guest's disk, and a folder over 9p. */
export interface SharedLab extends AsyncDisposable {
  machine: Machine
  /** On this computer, what the container has at /shared. */
  folder: string
  openShell: () => Promise<GuestShell>
}

/** A shell in the container, one command at a time. */
export interface GuestShell extends Disposable {
  /** What the commands wrote, once they have ended. @throws when the last of them failed */
  say(commands: string): Promise<string>
  /** Starts a command that goes on; each of its lines is handed over. Nothing else can be said any more. */
  follow(command: string, onLine: (line: string) => void): void
}

export async function startSharedLab(): Promise<SharedLab> {
  await using stack = new AsyncDisposableStack()
  const home = await realpath(await mkdtemp(join(tmpdir(), 'berth-bench-')))
  stack.defer(() => rm(home, { recursive: true, force: true }))
  const [folder, nine] = [join(home, 'shared'), join(home, 'nine')]
  for (const made of [folder, nine]) await mkdir(made)
  const { config } = await machineConfig({}, home)
  const folders = new Folders({
    ...{ ownersFile: join(home, 'owners'), privateFolder: join(home, 'machine'), log },
    settings: {
      current: { shares: [{ path: folder, readOnly: false }] } as never,
      watch: nothing,
    },
  })
  stack.use(folders)
  const { hostSocket } = config.engine
  const present = createProxy({
    hostSocket,
    folders: () => folders,
    notShared: String,
    portTaken: String,
    log,
  })
  const machine = createQemuMachine({
    ...config,
    engine: { ...config.engine, present },
    handedIn: { folders: folders.list },
    guestSockets: [folders.guestSocket],
  })
  stack.defer(async () => {
    await machine.stop({ graceMs: 20_000 })
    await machine[Symbol.asyncDispose]()
  })
  folders.follow(machine)
  await withQemuArgs(join(home, 'qemu'), nineArgs(nine), () => machine.start())
  const docker = stack.use(await createTooledDocker(hostSocket))
  await machine.exec(['modprobe', '-a', '9p', '9pnet_virtio'])
  const mount = 'trans=virtio,version=9p2000.L,cache=none,msize=262144'
  const driver = ['-o', 'type=9p', '-o', 'device=nine', '-o', `o=${mount}`]
  await said(docker, ['volume', 'create', ...driver, 'nine'])
  const published = stack.use(publishPorts({ machine, config }))
  const { ports: containers, client, changes } = published
  const onError = () => undefined
  stack.use(createReplay({ machine, folders, log, client, changes, containers, onError }))
  const port = await published.findFree()
  await said(docker, [
    ...['run', '-d', '-p', `${port}:80`, '-v', `${folder}:${kinds.shared}`],
    ...['-v', `local:${kinds.local}`, '-v', `nine:${kinds.nine}`],
    ...[toolImage, 'nc', '-ll', '-p', '80', '-e', 'sh'],
  ])
  await published.whenOpen(port)
  const greet = async () => {
    using shell = await openShell(port)
    await shell.say('true')
  }
  // The port is there before the program inside listens.
  await retry(greet, { everyMs: 200, signal: AbortSignal.timeout(30_000) })
  const resources = stack.move()
  return {
    ...{ machine, folder },
    openShell: () => openShell(port),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

/** QEMU through a script of its own, since a machine takes no words of others for it. */
async function withQemuArgs(folder: string, words: string, work: () => Promise<void>) {
  const name = process.arch === 'arm64' ? 'qemu-system-aarch64' : 'qemu-system-x86_64'
  const program = await findProgram(name)
  if (program === undefined) throw new Error('there is no QEMU')
  await mkdir(folder)
  const script = join(folder, name)
  await writeFile(script, `#!/bin/sh\nexec ${program} "$@" ${words}\n`)
  await chmod(script, 0o755)
  const before = process.env['PATH']
  const own = process.env['BERTH_QEMU']
  process.env['PATH'] = [folder, before].join(delimiter)
  delete process.env['BERTH_QEMU']
  try {
    await work()
  } finally {
    process.env['PATH'] = before
    if (own !== undefined) process.env['BERTH_QEMU'] = own
  }
}

function nineArgs(folder: string): string {
  return `-virtfs local,id=nine,path=${folder},mount_tag=nine,security_model=none`
}

async function openShell(port: number): Promise<GuestShell> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await once(socket, 'connect')
  let count = 0
  return {
    async say(commands) {
      const mark = `end-${(count += 1)}`
      // In one piece: several small ones would wait for each other's acknowledgement, which takes 40 ms.
      socket.write(`{ ${commands}\n} >/said 2>&1; echo "${mark}" $? >>/said; cat /said\n`)
      const text = await readUntil(socket, new RegExp(`${mark} (\\d+)\\n$`))
      const [end = '', code] = new RegExp(`${mark} (\\d+)\\n$`).exec(text) ?? []
      const answer = text.slice(0, -end.length)
      if (code !== '0') throw new Error(`${commands}: ${code ?? '?'} ${answer.slice(-500)}`)
      return answer
    },
    follow(command, onLine) {
      let rest = ''
      socket.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) onLine(line)
      })
      socket.write(`exec ${command}\n`)
    },
    [Symbol.dispose]: () => socket.destroy(),
  }
}

async function readUntil(socket: Socket, end: RegExp): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let text = ''
  const onData = (chunk: Buffer) => {
    text += chunk.toString()
    if (end.test(text.slice(-200))) resolve(text)
  }
  const onClose = () => {
    reject(new Error(`the shell has ended after ${JSON.stringify(text.slice(-200))}`))
  }
  socket.on('data', onData)
  socket.on('close', onClose)
  socket.on('error', reject)
  try {
    return await promise
  } finally {
    socket.off('data', onData)
    socket.off('close', onClose)
    socket.off('error', reject)
  }
}

async function* nothing(): AsyncGenerator<never> {
  // The settings stay as they are.
}
