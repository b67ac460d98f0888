import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { testTools } from '../docker-cli.ts'
import type { Certificate } from './certificate.ts'
import type { RegistryTarget } from './registry-client.ts'

const run = promisify(execFile)

/** Tokens of a server that is told to the registry's clients, and whose authority the registry believes. */
export interface TokenAuth {
  kind: 'token'
  /** The URL that clients are sent to. */
  realm: string
  service: string
  issuer: string
  /** PEM. */
  authority: string
  /** A token for all of a repository, for who fills the registry. */
  authorization(repository: string): string
}

interface BasicAuth {
  kind: 'basic'
  user: string
  password: string
}

export interface HostRegistryOptions {
  /** For TLS. */
  certificate?: Certificate
  /** Anyone may do anything when not given. */
  auth?: BasicAuth | TokenAuth
}

/** With its `authorization`, whoever holds it may push. */
export interface HostRegistry extends RegistryTarget, AsyncDisposable {
  readonly port: number
}

/** Starts Debian's docker-registry on this computer's loopback, empty, and waits until it listens. */
export async function startHostRegistry(options: HostRegistryOptions = {}): Promise<HostRegistry> {
  const { certificate, auth } = options
  const folder = await mkdtemp(join(tmpdir(), 'berth-host-registry-'))
  await using cleaning = new AsyncDisposableStack()
  cleaning.defer(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'config.json')
  await writeFile(file, JSON.stringify(await writeConfig(folder, options)))
  const [program, ...args] = registryCommand(join(await testTools(), 'registry'))
  // Nothing of the environment: REGISTRY_* in it would change the configuration.
  const child = spawn(program, [...args, 'serve', file], {
    env: {},
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = once(child, 'exit')
  cleaning.defer(async () => {
    child.kill()
    await exited
  })
  const port = await listeningPort(child.stderr)
  // What it logs from now on is let go, or the pipe would fill.
  child.stderr.resume()
  const held = cleaning.move()
  return {
    ...{ port, url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}` },
    authority: certificate?.authority,
    authorization: (repository) =>
      auth?.kind === 'basic' ? toBasic(auth) : auth?.authorization(repository),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

export const toBasic = ({ user, password }: { user: string; password: string }) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** By the package's own loader and C library: it is of a later Debian than this computer may be. */
function registryCommand(root: string): [string, ...string[]] {
  const [loader, libraries] =
    process.arch === 'arm64'
      ? ['lib/ld-linux-aarch64.so.1', 'lib/aarch64-linux-gnu']
      : ['lib64/ld-linux-x86-64.so.2', 'lib/x86_64-linux-gnu']
  const program = join(root, 'usr/bin/docker-registry')
  if (!existsSync(program)) throw new Error(`there is no ${program}: npm test makes it`)
  return [join(root, loader), '--library-path', join(root, libraries), program]
}

/** In JSON, which is YAML; its words are of distribution.github.io/distribution/about/configuration. */
async function writeConfig(
  folder: string,
  { certificate, auth }: HostRegistryOptions,
): Promise<unknown> {
  const put = async (name: string, content: string) => {
    await writeFile(join(folder, name), content, { mode: 0o600 })
    return join(folder, name)
  }
  const tls = certificate && {
    certificate: await put('certificate.pem', certificate.certificate),
    key: await put('key.pem', certificate.privateKey),
  }
  return {
    version: 0.1,
    log: { level: 'info', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: join(folder, 'data') },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: false } },
    },
    // Locations without a host lead back through whatever stands before it.
    http: { addr: '127.0.0.1:0', secret: randomBytes(16).toString('hex'), relativeurls: true, tls },
    ...(auth && { auth: await writeAuth(auth, put) }),
  }
}

async function writeAuth(
  auth: BasicAuth | TokenAuth,
  put: (name: string, content: string) => Promise<string>,
): Promise<unknown> {
  if (auth.kind === 'basic') {
    return { htpasswd: { realm: 'berth', path: await put('htpasswd', await toHtpasswd(auth)) } }
  }
  const { realm, service, issuer, authority } = auth
  return { token: { realm, service, issuer, rootcertbundle: await put('tokens.pem', authority) } }
}

/** The registry takes bcrypt alone, which Node has not; Perl is in every Debian, and has the C library's. */
export async function toHtpasswd({ user, password }: BasicAuth): Promise<string> {
  const salt = `$2y$04$${randomBytes(11).toString('hex')}`
  const { stdout } = await run('perl', ['-e', 'print crypt($ARGV[0], $ARGV[1])', password, salt])
  return `${user}:${stdout}\n`
}

/** @throws with what it said, when it ends instead */
async function listeningPort(output: NodeJS.ReadableStream): Promise<number> {
  const said: string[] = []
  const lines = createInterface({ input: output })
  for await (const line of lines) {
    const port = /listening on [^"]*:(\d+)/.exec(line)?.[1]
    if (port) return Number(port)
    said.push(line)
  }
  throw new Error(`docker-registry ended:\n${said.join('\n')}`)
}
