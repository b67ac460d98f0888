import { AppError, type ErrorShape } from '#api'
import { OpenedFiles } from './compose/opened-files.ts'
import { EngineSettingsFiles } from './engine-settings/files.ts'
import type { HelperPlaces } from './credentials/find-helpers.ts'
import type { Keychain } from './credentials/file-vault.ts'
import { Vaults } from './credentials/vaults.ts'
import { makeHome } from './host/folders.ts'
import { takeLock } from './host/lock.ts'
import { type Log, openLog } from './host/log.ts'
import { findPaths, type Paths } from './host/paths.ts'
import { makeSocketFolder } from './host/socket-folder.ts'
import { PortChoices } from './ports/choices.ts'
import { createPullPath, type PullPath } from './mirrors/create.ts'
import { EngineNetwork } from './network/engine-network.ts'
import { HostNetwork } from './network/host-network.ts'
import { ProxyLogins } from './network/logins.ts'
import type { SystemProxy } from './network/ways.ts'
import { createRegistries, openLogins, type RegistryAccess } from './registries/create.ts'
import { MemoryStore } from './settings/memory-store.ts'
import { SettingsStore } from './settings/store.ts'

/** What an app has of its home, whether or not there is a machine. */
export interface Home {
  paths: Paths
  log: Log
  socketFolder: string
  settings: SettingsStore
  memory: MemoryStore
  openedFiles: OpenedFiles
  choices: PortChoices
  network: HostNetwork
  engineNetwork: EngineNetwork
  pullPath: PullPath
  access: RegistryAccess
  engineSettings: EngineSettingsFiles
  /** What may cross to a face: an AppError as it is; a bug is logged, and named `internal`. */
  toShape: (error: unknown) => ErrorShape
}

export interface HomeConfig {
  env: Readonly<Record<string, string | undefined>>
  /** Where an installed app keeps what is not in its archive. */
  resources?: string
  /** Other places than this computer's own. */
  paths?: Paths
  /** What this computer has set for all programs, where it can be asked. */
  systemProxy?: SystemProxy
  /** Of the system, where this process can reach it. */
  keychain?: Keychain
  credentialHelpers?: HelperPlaces
  /** Where Docker Hub is searched. */
  searchBase?: string
}

/**
 * Makes the home and takes its lock, reads what is kept there, and opens what is outside: ways, logins and the path of
 * pulls. The stack closes them in reverse.
 * @throws {AppError} `already-running`, `home-not-writable`, `folder-not-writable`
 */
export async function openHome(stack: AsyncDisposableStack, config: HomeConfig): Promise<Home> {
  const paths = config.paths ?? findPaths()
  await makeHome(paths)
  const lock = takeLock(paths.lock)
  if (!lock) throw new AppError('already-running', { folder: paths.home })
  stack.use(lock)
  const socketFolder = await makeSocketFolder(paths)
  const settings = await SettingsStore.open(paths.settings)
  const memory = await MemoryStore.open(paths.memory)
  const openedFiles = await OpenedFiles.open(paths.composeFiles)
  const choices = await PortChoices.open(paths.portChoices)
  const engineSettings = await EngineSettingsFiles.open(
    paths.engineSettings,
    paths.engineSettingsGood,
  )
  // The next app on this home reads them as soon as the lock is free.
  const files = [settings, memory, openedFiles, choices, engineSettings]
  stack.defer(async () => {
    await Promise.all(files.map((file) => file.settled()))
  })
  const log = openLog(paths.appLog)
  const { env, resources, systemProxy: system, keychain, credentialHelpers: helperPlaces } = config
  const vaults = new Vaults({ files: paths, env, keychain, helperPlaces, log })
  const logins = await ProxyLogins.open(paths.proxyLogins, { vaults, log })
  const network = stack.use(new HostNetwork({ settings, log, env, system, logins }))
  const known = await openLogins({ paths, env, resources, vaults, engineSettings, log })
  const credentialsFor = (base: string) => known.logins.credentialsFor(base)
  const pullPath = stack.use(
    await createPullPath({
      ...{ settings, log, network, credentialsFor },
      addressFile: paths.pullAddress,
    }),
  )
  const { address } = pullPath
  const engineNetwork = stack.use(await EngineNetwork.open({ network, address, log }))
  const access = createRegistries(known, pullPath, config.searchBase)
  stack.defer(network.onChange(() => access.registries.forgetWay()))
  const toShape = createToShape(log)
  const kept = { settings, memory, openedFiles, choices, engineSettings, pullPath, access }
  return { paths, log, socketFolder, ...kept, network, engineNetwork, toShape }
}

function createToShape(log: Log): (error: unknown) => ErrorShape {
  return (error) => {
    if (error instanceof AppError) return error.toShape()
    log.failure('bug', error)
    return { code: 'internal', params: { log: log.file } }
  }
}
