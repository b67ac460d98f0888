import type { Vaults } from '../credentials/vaults.ts'
import type { CredentialsApi } from '../control/api.ts'
import type { EngineSettingsFiles } from '../engine-settings/files.ts'
import { helperFile } from '../host/commands.ts'
import type { Log } from '../host/log.ts'
import type { Paths } from '../host/paths.ts'
import type { PullPath } from '../mirrors/create.ts'
import { AccountFile } from './account-file.ts'
import { createBrowser } from './browser.ts'
import { createDockerCredentials } from './docker-credentials.ts'
import { DockerLink } from './docker-link.ts'
import { basesOf, Logins } from './logins.ts'
import { isPlainAllowed } from './plain-http.ts'
import { Registries } from './registries.ts'

interface LoginParts {
  paths: Pick<Paths, 'registries'>
  env: Readonly<Record<string, string | undefined>>
  /** Of an installed app. */
  resources?: string
  vaults: Vaults
  engineSettings: Pick<EngineSettingsFiles, 'wanted'>
  log: Log
}

/** Who we are at registries, and what was told to docker of it. */
interface KnownLogins {
  logins: Logins
  link: DockerLink
  isPlainAllowed: (registry: string) => boolean
}

export async function openLogins(parts: LoginParts): Promise<KnownLogins> {
  const { paths, env, vaults, log } = parts
  const file = await AccountFile.open(paths.registries)
  const isAllowed = (registry: string) => isPlainAllowed(registry, parts.engineSettings.wanted)
  const logins = new Logins({ file, vaults, log, isPlainAllowed: isAllowed })
  const link = new DockerLink({ accounts: file, env, helperFile: helperFile(parts.resources) })
  await link.tidy().catch((error: unknown) => log.failure('docker-config.not-tidied', error))
  return { logins, link, isPlainAllowed: isAllowed }
}

/** Who we are at registries, for the faces and for docker's command. */
export interface RegistryAccess {
  registries: Registries
  credentials: CredentialsApi
}

export function createRegistries(
  known: KnownLogins,
  pullPath: PullPath,
  searchBase?: string,
): RegistryAccess {
  const { agents, client, mirrors } = pullPath
  const browser = createBrowser({
    ...{ client, searchBase },
    basesOf: (registry) => basesOf(registry, known.isPlainAllowed(registry)),
    hasMirrors: (registry) => mirrors.endpointsOf(registry).some(({ isMirror }) => isMirror),
    platform: `linux/${process.arch === 'arm64' ? 'arm64' : 'amd64'}`,
  })
  const forget = () => client.forget()
  const registries = new Registries({ ...known, agents, forget, browser })
  return { registries, credentials: createDockerCredentials(known.logins, registries) }
}
