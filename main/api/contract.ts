import type { AppApi } from './app.ts'
import type { ComposeApi } from './compose.ts'
import type { ContainersApi } from './containers.ts'
import type { DoctorApi } from './doctor.ts'
import type { EngineSettingsApi } from './engine-settings.ts'
import type { FoldersApi } from './folders.ts'
import type { HostNetworkApi } from './host-network.ts'
import type { ImagesApi } from './images.ts'
import type { Kinds } from './kinds.ts'
import type { MachineApi } from './machine.ts'
import type { MirrorsApi } from './mirrors.ts'
import type { NetworksApi } from './networks.ts'
import type { PortsApi } from './ports.ts'
import type { ReclaimApi } from './reclaim.ts'
import type { RegistriesApi } from './registries.ts'
import type { SettingsApi } from './settings.ts'
import type { TerminalsApi } from './terminals.ts'
import type { TransfersApi } from './transfers.ts'
import type { VolumesApi } from './volumes.ts'

/** Everything that crosses between the app and its faces: calls and streams, and no third thing. */
export interface Api {
  app: AppApi
  machine: MachineApi
  containers: ContainersApi
  images: ImagesApi
  transfers: TransfersApi
  mirrors: MirrorsApi
  registries: RegistriesApi
  volumes: VolumesApi
  networks: NetworksApi
  compose: ComposeApi
  doctor: DoctorApi
  engineSettings: EngineSettingsApi
  hostNetwork: HostNetworkApi
  reclaim: ReclaimApi
  folders: FoldersApi
  ports: PortsApi
  terminals: TerminalsApi
  settings: SettingsApi
}

export const kinds: Kinds<Api> = {
  app: { ui: 'call', quit: 'call', memory: 'call', remember: 'call' },
  machine: {
    watch: 'stream',
    status: 'call',
    start: 'call',
    stop: 'call',
    restart: 'call',
    logs: 'stream',
    usage: 'stream',
    disk: 'call',
    moveDisk: 'stream',
  },
  containers: {
    watch: 'stream',
    details: 'stream',
    start: 'call',
    stop: 'call',
    restart: 'call',
    pause: 'call',
    unpause: 'call',
    kill: 'call',
    rename: 'call',
    remove: 'call',
    run: 'call',
    logs: 'stream',
    stats: 'stream',
    statsHistory: 'stream',
    processes: 'call',
    changes: 'call',
  },
  images: {
    watch: 'stream',
    load: 'stream',
    tag: 'call',
    remove: 'call',
    history: 'call',
    usage: 'call',
    inspect: 'call',
  },
  transfers: {
    watch: 'stream',
    pull: 'call',
    push: 'call',
    cancel: 'call',
    dismiss: 'call',
  },
  mirrors: {
    watch: 'stream',
    presets: 'call',
    add: 'call',
    remove: 'call',
    enable: 'call',
    order: 'call',
    test: 'stream',
  },
  registries: {
    watch: 'stream',
    logIn: 'call',
    logOut: 'call',
    test: 'call',
    dockerPlan: 'call',
    linkDocker: 'call',
    repositories: 'call',
    tags: 'call',
    tag: 'call',
    search: 'call',
  },
  volumes: { watch: 'stream' },
  networks: { watch: 'stream' },
  doctor: { examine: 'call' },
  engineSettings: { keys: 'call', watch: 'stream', get: 'call', check: 'call', apply: 'call' },
  hostNetwork: {
    watch: 'stream',
    test: 'call',
    trust: 'call',
    distrust: 'call',
    logIn: 'call',
    logOut: 'call',
    restartEngine: 'call',
  },
  reclaim: { plan: 'call', run: 'stream' },
  compose: {
    watch: 'stream',
    open: 'call',
    forget: 'call',
    plan: 'call',
    up: 'call',
    down: 'call',
    start: 'call',
    stop: 'call',
    restart: 'call',
    runs: 'stream',
    cancel: 'call',
    dismiss: 'call',
    logs: 'stream',
  },
  folders: { list: 'call', choose: 'call' },
  ports: {
    watch: 'stream',
    list: 'call',
    retry: 'call',
    forward: 'call',
    unforward: 'call',
    share: 'call',
  },
  terminals: {
    openMachine: 'stream',
    openContainer: 'stream',
    shells: 'call',
    write: 'call',
    resize: 'call',
  },
  settings: { watch: 'stream', get: 'call', set: 'call' },
}
