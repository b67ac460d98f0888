import { AppError } from '#api'
import type { CredentialsApi } from '../control/api.ts'
import type { Logins } from './logins.ts'
import { toDockerServer, toRegistry } from './names.ts'
import type { Registries } from './registries.ts'

/** Answers docker's own command, by way of `docker-credential-berth`. */
export function createDockerCredentials(logins: Logins, registries: Registries): CredentialsApi {
  const isKnown = (registry: string) => logins.accounts.some((one) => one.registry === registry)
  return {
    async get(server) {
      if (isToken(server)) return null
      const registry = toRegistry(server)
      if (!isKnown(registry)) return null
      const { username, password } = await logins.get(registry)
      return { ServerURL: server, Username: username, Secret: password }
    },
    list: () =>
      Promise.resolve(
        Object.fromEntries(
          logins.accounts.map(({ registry, username }) => [toDockerServer(registry), username]),
        ),
      ),
    async store({ ServerURL, Username, Secret }) {
      // Docker ends its login with an error where they are not taken, and needs neither for what registries ask.
      if (isToken(ServerURL)) return
      // An identity token, which stands for a session of docker's own.
      if (Username === '<token>') throw new AppError('registry-login-invalid')
      await registries.logIn({ registry: ServerURL, username: Username, password: Secret })
    },
    async erase(server) {
      if (isToken(server)) return
      const registry = toRegistry(server)
      // docker takes what is not there for done, and writes its config itself right after this.
      if (isKnown(registry)) await registries.forget(registry)
    },
  }
}

/**
 * Docker's login by a browser keeps two tokens beside the login, at addresses below that of Docker Hub. They are none of
 * the registry; and what is given for one of them docker sends to another server as it logs out.
 */
function isToken(server: string): boolean {
  return /^https:\/\/index\.docker\.io\/v1\/(access|refresh)-token\/?$/.test(server.trim())
}
