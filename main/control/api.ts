import { type Api, type Kinds, kinds } from '#api'

/** A login as docker's helpers speak of it; https://github.com/docker/docker-credential-helpers#development */
interface DockerCredentials {
  ServerURL: string
  Username: string
  Secret: string
}

/**
 * Passwords, for docker's own command: the one thing that the private socket answers beyond the contract, so that no
 * window, and no browser, can ask for them.
 */
export interface CredentialsApi {
  /** Null where nobody is logged in. */
  get(server: string): Promise<DockerCredentials | null>
  /** User names by server. */
  list(): Promise<Record<string, string>>
  /** `docker login`. */
  store(credentials: DockerCredentials): Promise<void>
  /** `docker logout`. */
  erase(server: string): Promise<void>
}

export interface ControlApi extends Api {
  credentials: CredentialsApi
}

export const controlKinds: Kinds<ControlApi> = {
  ...kinds,
  credentials: { get: 'call', list: 'call', store: 'call', erase: 'call' },
}
