import { expect, test } from 'vitest'
import { createDockerCredentials } from '../../../../main/registries/docker-credentials.ts'
import type { Logins } from '../../../../main/registries/logins.ts'
import type { Registries } from '../../../../main/registries/registries.ts'

const hub = 'https://index.docker.io/v1/'

function create() {
  const changed: string[] = []
  const logins = {
    accounts: [{ registry: 'docker.io', username: 'mia', place: 'memory' }],
    get: () => Promise.resolve({ username: 'mia', password: 'can..ary' }),
  }
  const registries = {
    logIn: ({ password }: { password: string }) => Promise.resolve(void changed.push(password)),
    forget: (registry: string) => Promise.resolve(void changed.push(registry)),
  }
  const made = createDockerCredentials(
    logins as unknown as Logins,
    registries as unknown as Registries,
  )
  return { made, changed }
}

test.each(['access-token', 'refresh-token'])(
  'the %s of docker’s login by a browser is no login of Docker Hub',
  async (name) => {
    const { made, changed } = create()
    const ServerURL = `${hub}${name}`
    // Docker splits it at `..` and sends the first half to login.docker.com.
    expect(await made.get(ServerURL)).toBeNull()
    await made.store({ ServerURL, Username: 'mia', Secret: 'token' })
    await made.erase(ServerURL)
    expect(changed).toEqual([])
    expect(await made.get(hub)).toMatchObject({ Secret: 'can..ary' })
  },
)
