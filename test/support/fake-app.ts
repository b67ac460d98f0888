import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '#api'
import { type App, type AppConfig, createApp } from '../../main/app.ts'
import { findPaths } from '../../main/host/paths.ts'
import { createFakeCompose, type FakeCompose } from './fake-compose.ts'
import { createFakeEngine, type FakeEngine } from './fake-engine/engine.ts'
import { FakeHostPorts } from './fake-host-ports.ts'
import { type EngineScenario, playScenario } from './fake-engine/scenarios.ts'
import { FakeMachine, type MachineEngine } from './fake-machine.ts'
import { type MachineScenario, machineScenarios } from './fake-snapshots.ts'
import { sampleReclaim } from './sample-reclaim.ts'

export type Scenario = EngineScenario | MachineScenario

export interface FakeOptions {
  /** What the engine holds, or how the machine is (the engine then has the samples). */
  scenario?: Scenario
  /** How long one stage, one verb and one step of a pull take. */
  stepMs?: number
  /** Holds the start-up at this many finished stages. */
  holdAt?: number
  /** A machine with the hardware's help; one in emulation says so. */
  fast?: boolean
  settings?: Partial<Settings>
  /** Ports of this computer that another program has, with its name. */
  taken?: Record<number, string>
  env?: AppConfig['env']
  /** Where logins can be kept; nowhere that lasts when not given. */
  credentialHelpers?: AppConfig['credentialHelpers']
  keychain?: AppConfig['keychain']
  /** Where Docker Hub is searched; nowhere when not given. */
  searchBase?: string
  /** One that is there, and stays, in place of one of its own. */
  home?: string
  /** Another engine than the one in this process. */
  elsewhere?: MachineEngine
}

/** The real app, on a home of its own, over a machine and an engine that are not there. */
export interface FakeApp extends AsyncDisposable {
  app: App
  machine: FakeMachine
  engine: FakeEngine
  hostPorts: FakeHostPorts
  compose: FakeCompose
}

export async function startFakeApp(options: FakeOptions = {}): Promise<FakeApp> {
  const { scenario = 'running', stepMs = 300, holdAt } = options
  await using stack = new AsyncDisposableStack()
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'berth-fake-')))
  if (options.home === undefined) stack.defer(() => rm(home, { recursive: true, force: true }))
  await writeFile(join(home, 'settings.json'), JSON.stringify(options.settings ?? {}))

  const engine = stack.use(createFakeEngine({ stepMs }))
  const ofMachine = machineScenarios.find((one) => one === scenario)
  playScenario(engine, ofMachine === undefined ? (scenario as EngineScenario) : 'running')
  const hostPorts = new FakeHostPorts(options.taken)
  const made: { machine?: FakeMachine; compose?: FakeCompose } = {}
  const app = stack.use(
    await createApp({
      // Docker's own config of whoever runs this is none of ours.
      env: { DOCKER_CONFIG: join(home, 'docker'), ...options.env },
      credentialHelpers: options.credentialHelpers ?? { folders: [], names: [] },
      ...(options.keychain && { keychain: options.keychain }),
      searchBase: options.searchBase ?? 'http://127.0.0.1:1/v1',
      imageFolder: home,
      paths: findPaths({
        env: { BERTH_HOME: home, XDG_RUNTIME_DIR: home },
        platform: process.platform,
        uid: process.getuid?.() ?? 0,
      }),
      createMachine: ({ dockerSocket, paths, settings }) => {
        made.machine = new FakeMachine({
          reclaim: sampleReclaim(engine.store),
          wanted: () => {
            const { cpus, memoryMiB, swapMiB, diskGiB } = settings.current
            return { cpus, memoryMiB, swapMiB, diskGiB }
          },
          ...{ engine: options.elsewhere ?? engine, dockerSocket, folder: paths.machine, stepMs },
          scenario: ofMachine ?? 'running',
          ...(holdAt !== undefined && { holdAt }),
          ...(options.fast !== undefined && { fast: options.fast }),
        })
        return made.machine
      },
      hostPorts,
      examineHost: () =>
        Promise.resolve({ qemu: undefined, disk: undefined, image: undefined, room: undefined }),
      createComposeRunner: (folders, dockerSocket) =>
        (made.compose = createFakeCompose({ folders, dockerSocket, stepMs })),
      uiUrl: () => undefined,
      openUi: () => Promise.resolve({ url: 'http://127.0.0.1/' }),
      quit: () => undefined,
    }),
  )
  const { machine, compose } = made
  if (!machine || !compose) throw new Error('the app made no machine')
  await machine.begin()
  const closing = stack.move()
  const parts = { app, machine, engine, hostPorts, compose }
  return { ...parts, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}
