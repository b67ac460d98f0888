import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EngineChanges } from '../../main/engine/changes.ts'
import { createEngineClient } from '../../main/engine/client.ts'
import { Folders } from '../../main/folders/folders.ts'
import { createReplay } from '../../main/folders/watch/create-replay.ts'
import { RunningContainers } from '../../main/ports/running-containers.ts'
import { createProxy } from '../../main/proxy/proxy.ts'
import type { Machine, MachineConfig } from '../../vm/index.ts'

const log = { file: '', write: () => undefined, failure: () => undefined }

/** Folders of this computer that are shared with one machine, as an app would do it. */
export interface FolderLab extends AsyncDisposable {
  /** Lies where the guest has folders of its own. */
  aside: string
  /** Is at the same path in the guest, with `fixed` in it, which is for reading only. */
  plain: string
  fixed: string
  /** Nobody's but the app's, in `aside`. */
  own: string
  folders: Folders
  /** The machine's configuration with the folders in it. */
  configure(config: MachineConfig): MachineConfig
  /** Mounts, and tells of changes, from now on. */
  follow(machine: Machine): void
  /** A new app on the same home; the one before has gone. */
  reopen(): Promise<void>
}

export async function createFolderLab(): Promise<FolderLab> {
  const aside = await realpath(await mkdtemp(join(tmpdir(), 'berth folders é ')))
  const plain = await mkdtemp('/srv/berth-folders-')
  const [fixed, own] = [join(plain, 'fixed'), join(aside, 'berth')]
  for (const folder of [fixed, own]) await mkdir(folder)
  const shares = [
    { path: aside, readOnly: false },
    { path: plain, readOnly: false },
    { path: fixed, readOnly: true },
  ]
  const open = () =>
    new Folders({
      ...{ ownersFile: join(own, 'owners'), privateFolder: own, log },
      settings: { current: { shares } as never, watch: noChange },
    })
  const lab = { folders: open(), stack: new AsyncDisposableStack(), hostSocket: '' }
  return {
    ...{ aside, plain, fixed, own },
    get folders() {
      return lab.folders
    },
    configure(config) {
      lab.hostSocket = config.engine.hostSocket
      const notShared = (path: string) => `${path} is not shared`
      const { hostSocket } = lab
      const present = createProxy({
        ...{
          hostSocket,
          folders: () => lab.folders,
          log,
          notShared,
          portTaken: (port) => `${port} is taken`,
        },
      })
      return {
        ...config,
        engine: { ...config.engine, present },
        handedIn: { folders: lab.folders.list },
        guestSockets: [lab.folders.guestSocket],
      }
    },
    follow(machine) {
      lab.folders.follow(machine)
      replay(lab.stack, { machine, folders: lab.folders, hostSocket: lab.hostSocket })
    },
    async reopen() {
      await lab.stack[Symbol.asyncDispose]()
      await lab.folders[Symbol.asyncDispose]()
      lab.folders = open()
      lab.stack = new AsyncDisposableStack()
    },
    async [Symbol.asyncDispose]() {
      await lab.stack[Symbol.asyncDispose]()
      await lab.folders[Symbol.asyncDispose]()
      for (const folder of [aside, plain]) await rm(folder, { recursive: true, force: true })
    },
  }
}

function replay(
  stack: AsyncDisposableStack,
  { machine, folders, hostSocket }: { machine: Machine; folders: Folders; hostSocket: string },
): void {
  const client = createEngineClient(hostSocket)
  const changes = stack.use(new EngineChanges(client, log))
  const listeners = new Set<() => void>()
  const onChange = () => {
    for (const listener of listeners) listener()
  }
  const running = stack.use(new RunningContainers({ client, changes, log, onChange }))
  const containers = {
    get containers() {
      return running.all()
    },
    onContainers: (listener: () => void) => void listeners.add(listener),
  }
  const onError = () => undefined
  stack.use(createReplay({ machine, folders, containers, log, client, changes, onError }))
  stack.defer(machine.onChange(() => open()))
  const open = () => {
    if (machine.snapshot.state.phase === 'running') changes.open()
    else changes.close()
  }
  open()
}

async function* noChange(): AsyncGenerator<never> {
  // The settings stay as they are.
}
