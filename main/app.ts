import { join } from 'node:path'
import { type Api, type AppStatus, type ErrorShape, kinds, type Link, serve } from '#api'
import { controlKinds, type ControlApi } from './control/api.ts'
import { createCompose } from './compose/create.ts'
import type { ComposeRunner } from './compose/runner.ts'
import { EngineChanges } from './engine/changes.ts'
import { createEngineClient, type EngineClient } from './engine/client.ts'
import { Containers } from './engine/containers.ts'
import { type EngineWatch, followEngine } from './engine/follow.ts'
import { Images } from './engine/images.ts'
import { Networks } from './engine/networks.ts'
import { Stats } from './engine/stats.ts'
import { Volumes } from './engine/volumes.ts'
import { EngineSettings } from './engine-settings/engine-settings.ts'
import { Doctor, type DoctorParts } from './doctor/doctor.ts'
import type { FolderMap } from './folders/folder-map.ts'
import { Folders } from './folders/folders.ts'
import { createReplay } from './folders/watch/create-replay.ts'
import { FolderListings } from './folders/listing.ts'
import type { Log } from './host/log.ts'
import type { Paths } from './host/paths.ts'
import { createMachine, type MachineParts } from './machine/create.ts'
import { askMachine } from './machine/errors.ts'
import { createLiveSettings } from './machine/live-settings.ts'
import { MachineService, type MachineServiceParts } from './machine/service.ts'
import { type StatusParts, toStatus } from './machine/status.ts'
import { Terminals } from './machine/terminals.ts'
import type { HostPorts } from './ports/host-ports.ts'
import { createLocalPorts } from './ports/local-ports.ts'
import { Ports } from './ports/ports.ts'
import { Reclaim } from './reclaim/reclaim.ts'
import { whatReturns } from './reclaim/returns.ts'
import type { WorkParts } from './reclaim/work.ts'
import { examineHostNetwork } from './network/examine.ts'
import { HostNetworkService } from './network/service.ts'
import { examineHost as lookAtHost, type Machine } from '#vm'
import { Transfers } from './transfers/transfers.ts'
import { version } from './version.ts'
import { createSay } from './words/words.ts'
import { type Home, type HomeConfig, openHome } from './home.ts'

export interface AppConfig extends HomeConfig {
  /** Holds kernel, initrd, rootfs and manifest.json of the guest. */
  imageFolder: string
  /** Another machine than this computer's own: tests run the whole app on one that is none. */
  createMachine?(parts: MachineParts): Machine
  hostPorts?: HostPorts
  examineHost?: DoctorParts['examineHost']
  createComposeRunner?(folders: FolderMap, dockerSocket: string): ComposeRunner
  /** Opens the face for browsers, or says where it is open; each address works once. */
  openUi(app: App): Promise<{ url: string }>
  /** The address of that face, while it is open. */
  uiUrl(): string | undefined
  /** Ends the process; called once `app.quit` was asked for. */
  quit(app: App, options: { stopMachine: boolean }): void
}

/** Everything that is not a window. Disposing it leaves the machine running. */
export interface App extends AsyncDisposable {
  readonly api: Api
  readonly log: Log
  readonly paths: Paths
  /** Where our sockets are: docker.sock, control.sock. */
  readonly socketFolder: string
  readonly images: Images
  /** Finds the machine of an app that has gone; resolves with whether there is one. Never boots. */
  adopt(): Promise<boolean>
  /** Looks at the machine now, and trusts no connection that rested: this computer has slept, say. */
  look(): void
  /** Answers the whole contract on a link until it closes; `own` is what its face does itself. */
  serve(link: Link, own?: Partial<Api>): void
  /** The same for the private socket, which may ask for more. */
  serveControl(link: Link): void
  /** What may cross to a face: an AppError as it is; a bug is logged, and named `internal`. */
  toShape(error: unknown): ErrorShape
}

/**
 * Builds the app: folders, lock, settings, machine, engine, services; closes them in reverse. The only place where
 * things are put together.
 * @throws {AppError} `already-running`, `home-not-writable`, `folder-not-writable`
 */
export async function createApp(config: AppConfig): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const home = await openHome(stack, config)
  const { services, machine, folders } = createServices(stack, config, home)
  // Why it cannot be found is told when the machine is to start.
  const disk = await machine.disk().catch(() => undefined)
  if (disk) folders.hide(disk.path)
  const { toShape, access } = home
  const api: Api = {
    app: {
      ui: () => config.openUi(app),
      quit: (options) => {
        config.quit(app, { stopMachine: options?.stopMachine === true })
        return Promise.resolve()
      },
      memory: () => home.memory.memory(),
      remember: (name, text) => home.memory.remember(name, text),
    },
    ...services,
    settings: createLiveSettings(home.settings, machine.limits, home.network),
  }
  const closing = stack.move()
  const app: App = {
    ...home,
    api,
    images: services.images,
    adopt: () => askMachine(() => machine.adopt()),
    look: () => {
      machine.look()
      home.pullPath.look()
    },
    serve: (link, own) => serve({ ...api, ...own }, link, { kinds, toShape }),
    serveControl: (link) =>
      serve<ControlApi>({ ...api, credentials: access.credentials }, link, {
        kinds: controlKinds,
        toShape,
      }),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
  return app
}

function createServices(stack: AsyncDisposableStack, config: AppConfig, home: Home) {
  const { paths, log } = home
  const dockerSocket = paths.dockerSocket(home.socketFolder)
  const folders = stack.use(createFolders(home))
  const machine = stack.use(
    (config.createMachine ?? createMachine)({
      ...{ ...home, folders, dockerSocket, imageFolder: config.imageFolder },
      accel: config.env['BERTH_ACCEL'],
    }),
  )
  folders.follow(machine)
  const client = createEngineClient(dockerSocket)
  const changes = stack.use(new EngineChanges(client, log))
  const engine = stack.use(followEngine(machine, client, changes))
  const host = config.hostPorts ?? createLocalPorts()
  const ports = stack.use(new Ports({ ...home, machine, client, changes, host }))
  const onError = () => service.refresh()
  const replay = stack.use(
    createReplay({ machine, folders, log, client, changes, containers: ports, onError }),
  )
  const folderHealth = () => ({ error: folders.error ?? replay.error, note: folders.note })
  const told = { machine, engine, ports, folderHealth }
  const status = () => readStatus(home, told)
  const hide = (file: string) => folders.hide(file)
  const service = stack.use(createMachineService(config, home, { ...told, status, hide }))
  engine.onVersion(() => service.refresh())
  ports.onTrouble(() => service.refresh())
  folders.onError(onError)
  const containers = new Containers(client, changes, stack.use(new Stats(client, changes)))
  const compose = createCompose({
    ...{ ...home, machine, client, containers, folders, dockerSocket },
    runner: config.createComposeRunner?.(folders, dockerSocket),
  })
  const services = {
    machine: service,
    containers,
    compose: stack.use(compose),
    folders: new FolderListings(home.settings),
    doctor: createDoctor(config, home, { machine, status }),
    engineSettings: stack.use(new EngineSettings({ machine, files: home.engineSettings, log })),
    reclaim: createReclaim(home, { client, machine }),
    ...createLists(client, changes),
    ...createImages(stack, home, { client, changes }),
    ...createNetwork(stack, home, machine),
    ports,
    terminals: new Terminals(machine, client),
  }
  return { services, machine, folders }
}

/** How the machine gets to what is outside, and what its user sees of that. */
function createNetwork(stack: AsyncDisposableStack, home: Home, machine: Machine) {
  const { pullPath, engineNetwork, network, settings } = home
  stack.use(pullPath.follow(machine))
  engineNetwork.follow(machine)
  const hostNetwork = new HostNetworkService({ network, settings, engine: engineNetwork })
  return { hostNetwork: stack.use(hostNetwork) }
}

function createLists(client: EngineClient, changes: EngineChanges) {
  return {
    volumes: new Volumes(client, changes),
    networks: new Networks(client, changes),
  }
}

/** Images, how they come and go, and where from. */
function createImages(
  stack: AsyncDisposableStack,
  { pullPath, access, toShape }: Home,
  { client, changes }: { client: EngineClient; changes: EngineChanges },
) {
  const { registries } = access
  const images = new Images(client, changes, registries.auth)
  const transfers = stack.use(new Transfers({ images, pulls: pullPath.known, toShape }))
  return { images, transfers, mirrors: pullPath.mirrors, registries }
}

function createDoctor(
  { examineHost, imageFolder }: AppConfig,
  { paths, socketFolder, network }: Home,
  asked: Pick<DoctorParts, 'machine' | 'status'>,
): Doctor {
  const host = { folder: paths.machine, socketFolder, imageFolder }
  const examineNetwork = () => examineHostNetwork(network)
  return new Doctor({
    ...{ ...asked, examineNetwork },
    examineHost: examineHost ?? (() => lookAtHost(host)),
  })
}

function createReclaim({ toShape }: Home, parts: WorkParts): Reclaim {
  return new Reclaim({ ...parts, returns: whatReturns(process.platform), toShape })
}

interface Told {
  machine: Machine
  engine: EngineWatch
  ports: Ports
  folderHealth: () => StatusParts['folders']
}

function readStatus(
  { paths, socketFolder }: Home,
  { machine, engine, ports, folderHealth }: Told,
): AppStatus {
  return toStatus({
    app: { pid: process.pid, version, home: paths.home },
    ...{ dockerSocket: paths.dockerSocket(socketFolder), say: createSay('en') },
    ...{ snapshot: machine.snapshot, engine: engine.version, portTrouble: ports.trouble },
    folders: folderHealth(),
  })
}

function createMachineService(
  config: AppConfig,
  { paths }: Home,
  { machine, ports, status, hide }: Told & Pick<MachineServiceParts, 'status' | 'hide'>,
): MachineService {
  return new MachineService({
    machine,
    logs: { machine, files: { console: paths.console, app: paths.appLog } },
    ...{ status, hide },
    uiUrl: () => config.uiUrl(),
    ports: () => ports.current,
  })
}

function createFolders({ settings, paths, socketFolder, log }: Home): Folders {
  const ownersFile = join(paths.machine, 'owners.jsonl')
  return new Folders({ ownersFile, privateFolder: paths.home, socketFolder, settings, log })
}
