import { createHash } from 'node:crypto'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import envPaths from 'env-paths'

/** Everything Berth owns on this computer. */
export interface Paths {
  home: string
  settings: string
  /** How windows were left; see settings/memory-store.ts. */
  memory: string
  /** Which Compose files were opened; see compose/opened-files.ts. */
  composeFiles: string
  /** Who reaches single ports; see ports/choices.ts. */
  portChoices: string
  /** Who is logged in where, without a password; see registries/account-file.ts. */
  registries: string
  /** Who we are for proxies, without a password; see network/login-file.ts. */
  proxyLogins: string
  /** Logins, sealed by the system's keychain, and as plain text; see credentials/file-vault.ts. */
  sealedLogins: string
  plainLogins: string
  /** Where the guest pulls its images by way of us; see mirrors/pull-address.ts. */
  pullAddress: string
  /** What is set of the engine, and the last of it that an engine answered with; see engine-settings/files.ts. */
  engineSettings: string
  engineSettingsGood: string
  /** Tells this home from others in places that they share. */
  tag: string
  /** Data disk, keys and records of the machine. */
  machine: string
  logs: string
  appLog: string
  /** The guest's console, as the machine writes it. */
  console: string
  /** Held by the app that runs on this home. */
  lock: string
  /** Names the folder of sockets that was last used here: a shell without the same variables finds it by this. */
  socketRecord: string
  /** Candidates for the folder of our sockets, best first; host/sockets.ts makes the first one that can be had. */
  socketFolders: string[]
  dockerSocket: (folder: string) => string
  controlSocket: (folder: string) => string
}

interface Surroundings {
  env: Readonly<Record<string, string | undefined>>
  platform: NodeJS.Platform
  uid: number
}

/** A unix socket's address holds 104 bytes on macOS and 108 on Linux, with its closing NUL. */
const maxSocketPathBytes = 103

/**
 * Names all paths; touches nothing. The sockets' folder carries a hash of the home, so that two homes never share one,
 * and is short whatever the home is called.
 */
export function findPaths(surroundings: Surroundings = here()): Paths {
  const { env, platform } = surroundings
  const home = resolve(env['BERTH_HOME'] ?? envPaths('berth', { suffix: '' }).data)
  const tag = createHash('sha256').update(home).digest('hex').slice(0, 8)
  const pipe = (name: string) => `\\\\.\\pipe\\berth_${name}${isDefault(env) ? '' : `_${tag}`}`
  const windows = platform === 'win32'
  return {
    ...{ home, tag },
    settings: join(home, 'settings.json'),
    memory: join(home, 'memory.json'),
    composeFiles: join(home, 'compose.json'),
    portChoices: join(home, 'ports.json'),
    registries: join(home, 'registries.json'),
    proxyLogins: join(home, 'proxies.json'),
    sealedLogins: join(home, 'logins.sealed.json'),
    plainLogins: join(home, 'logins.plain.json'),
    pullAddress: join(home, 'pull.json'),
    engineSettings: join(home, 'engine.json'),
    engineSettingsGood: join(home, 'engine.good.json'),
    machine: join(home, 'machine'),
    logs: join(home, 'logs'),
    appLog: join(home, 'logs', 'app.log'),
    console: join(home, 'machine', 'serial.log'),
    lock: join(home, 'app.lock'),
    socketRecord: join(home, 'socket-folder'),
    socketFolders: socketFolders(surroundings, tag),
    dockerSocket: (folder) => (windows ? pipe('engine') : join(folder, 'docker.sock')),
    controlSocket: (folder) =>
      windows ? `\\\\.\\pipe\\berth_control_${tag}` : join(folder, 'control.sock'),
  }
}

function isDefault(env: Surroundings['env']): boolean {
  return env['BERTH_HOME'] === undefined
}

function socketFolders({ env, uid }: Surroundings, tag: string): string[] {
  const bases = [
    env['XDG_RUNTIME_DIR'] && join(env['XDG_RUNTIME_DIR'], `berth-${tag}`),
    join(tmpdir(), `berth-${uid}-${tag}`),
    join('/tmp', `berth-${uid}-${tag}`),
    join(homedir(), '.berth', tag),
  ]
  return bases.filter(
    (folder): folder is string =>
      !!folder && Buffer.byteLength(join(folder, 'control.sock')) <= maxSocketPathBytes,
  )
}

function here(): Surroundings {
  return { env: process.env, platform: process.platform, uid: process.getuid?.() ?? 0 }
}
