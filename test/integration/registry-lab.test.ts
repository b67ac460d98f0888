import { X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createAuthority, otherLoopback } from '../support/registry-lab/certificate.ts'
import { startHostRegistry, toBasic } from '../support/registry-lab/host-registry.ts'
import { ask, type RegistryTarget } from '../support/registry-lab/registry-client.ts'
import { manifestTypes, pushImage, pushIndex } from '../support/registry-lab/registry-content.ts'
import { digestOf } from '../support/registry-lab/registry-push.ts'
import { startTokenServer } from '../support/registry-lab/token-server.ts'

// The laboratory in which mirrors are tested does what it says, against Debian's own registry. None of these rows boots
// a machine.

const accept = manifestTypes.join(', ')
const pull = (registry: RegistryTarget, path: string, authorization?: string) =>
  ask(registry, path, { headers: { accept, authorization } })
const ada = { user: 'ada', password: 'a:wörd with a colon' }

describe('the registry', () => {
  test('listens, and leaves neither a process nor a folder', async () => {
    // A temporary folder of its own: others run registries beside this row.
    const home = await mkdtemp(join(tmpdir(), 'berth-lab-'))
    onTestFinished(() => rm(home, { recursive: true, force: true }))
    vi.stubEnv('TMPDIR', home)
    onTestFinished(() => void vi.unstubAllEnvs())
    const registry = await startHostRegistry()
    expect(await readdir(home)).toHaveLength(1)
    expect(await pull(registry, '/v2/')).toMatchObject({ status: 200 })
    await registry[Symbol.asyncDispose]()
    await expect(pull(registry, '/v2/')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect(await readdir(home)).toEqual([])
  })

  test.each(['oci', 'docker'] as const)(
    'gives an image in the words of %s back',
    async (format) => {
      await using registry = await startHostRegistry()
      const layers = [10, 200_000]
      const image = await pushImage(registry, 'library/app:1', { format, layers })
      const manifest = await pull(registry, '/v2/library/app/manifests/1')
      expect(manifest).toMatchObject({
        status: 200,
        headers: { 'content-type': image.mediaType, 'docker-content-digest': image.digest },
        body: image.bytes,
      })
      const blobs = [image.config, ...image.layers].map(async ({ digest, size }) => {
        const { body } = await pull(registry, `/v2/library/app/blobs/${digest}`)
        expect([body.length, digestOf(body)]).toEqual([size, digest])
        return body
      })
      const [config, ...packed] = await Promise.all(blobs)
      expect(packed.map(({ length }) => length > 1000)).toEqual([true, true])
      expect(JSON.parse(String(config))).toMatchObject({
        architecture: 'amd64',
        rootfs: { diff_ids: packed.map((layer) => digestOf(gunzipSync(layer))) },
      })
    },
  )

  test('gives an index of two platforms back', async () => {
    await using registry = await startHostRegistry()
    const index = await pushIndex(registry, 'app:1')
    const { body, headers } = await pull(registry, '/v2/app/manifests/1')
    expect(headers['content-type']).toBe('application/vnd.oci.image.index.v1+json')
    expect(JSON.parse(body.toString())).toMatchObject({
      manifests: ['amd64', 'arm64'].map((architecture, at) => ({
        ...{ digest: index.images[at]?.digest, platform: { architecture, os: 'linux' } },
      })),
    })
    const one = await pull(registry, `/v2/app/manifests/${index.images[1]?.digest ?? ''}`)
    expect(one.body).toEqual(index.images[1]?.bytes)
  })

  test('lets in who knows the password, over TLS', async () => {
    const certificate = createAuthority().issue()
    await using registry = await startHostRegistry({
      ...{ certificate, auth: { kind: 'basic', ...ada } },
    })
    const { repository, bytes } = await pushImage(registry, 'app:1')
    const path = `/v2/${repository}/manifests/1`
    expect(await pull(registry, path)).toMatchObject({
      ...{ status: 401, headers: { 'www-authenticate': 'Basic realm="berth"' } },
    })
    expect(await pull(registry, path, toBasic({ ...ada, password: 'a' }))).toMatchObject({
      status: 401,
    })
    expect(await pull(registry, path, toBasic(ada))).toMatchObject({ status: 200, body: bytes })
  })
})

describe('a certificate', () => {
  const strangers = [
    ['of another authority', () => createAuthority().issue(), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['that has ended', () => authority.issue({ days: -1 }), 'CERT_HAS_EXPIRED'],
    [
      'of another host',
      () => authority.issue({ hosts: ['b.test'] }),
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
  ] as const
  const authority = createAuthority()
  test.each(strangers)('%s is not believed', async (_what, make, code) => {
    await using registry = await startHostRegistry({ certificate: make() })
    const known = { ...registry, authority: authority.certificate }
    await expect(pull(known, '/v2/')).rejects.toMatchObject({ code })
  })

  test('is good for the loopback by its name and by two addresses', () => {
    const shown = new X509Certificate(authority.issue().certificate)
    expect(shown.checkHost('localhost')).toBe('localhost')
    for (const address of ['127.0.0.1', otherLoopback]) expect(shown.checkIP(address)).toBe(address)
  })
})

describe('the server of tokens', () => {
  const scope = 'repository:team/app:pull'
  const path = '/v2/team/app/manifests/1'

  test('is where the registry sends to, and what it signs is believed', async () => {
    await using tokens = await startTokenServer()
    await using registry = await startHostRegistry({ auth: tokens.auth() })
    const { bytes } = await pushImage(registry, 'team/app:1')
    const refused = await pull(registry, path)
    const realm = `realm="${tokens.url}",service="registry.berth.test"`
    expect(refused).toMatchObject({
      ...{ status: 401, headers: { 'www-authenticate': `Bearer ${realm},scope="${scope}"` } },
    })
    const { token } = await askToken(tokens.url, scope)
    expect(await pull(registry, path, token)).toMatchObject({ status: 200, body: bytes })
    // It is for this repository, and to pull.
    expect(await pull(registry, '/v2/other/app/manifests/1', token)).toMatchObject({ status: 401 })
    await expect(
      pushImage({ ...registry, authorization: () => token }, 'team/app:2'),
    ).rejects.toThrow('the registry answered 401')
  })

  test('gives what is private to its users alone, and counts who asked', async () => {
    await using tokens = await startTokenServer({
      ...{ users: { ada: ada.password }, privateRepositories: ['team/app'] },
    })
    await using registry = await startHostRegistry({ auth: tokens.auth() })
    await pushImage(registry, 'team/app:1')
    const anyone = await askToken(tokens.url, scope)
    expect(await pull(registry, path, anyone.token)).toMatchObject({ status: 401 })
    const user = await askToken(tokens.url, scope, toBasic(ada))
    expect(await pull(registry, path, user.token)).toMatchObject({ status: 200 })
    const wrong = await askToken(tokens.url, scope, toBasic({ ...ada, password: 'guess' }))
    expect(wrong.status).toBe(401)
    expect([tokens.count({ scope }), tokens.count({ user: 'ada' })]).toEqual([3, 2])
    expect(tokens.count({ user: null })).toBe(1)
    expect(tokens.requests.map(({ status }) => status)).toEqual([200, 200, 401])
  })

  test('tells how long a token is good, and the registry refuses it after', async () => {
    await using tokens = await startTokenServer({ life: { told: 5, true: 5 } })
    await using registry = await startHostRegistry({ auth: tokens.auth() })
    await pushImage(registry, 'team/app:1')
    expect(await askToken(tokens.url, scope)).toMatchObject({ body: { expires_in: 5 } })
    Object.assign(tokens.life, { told: undefined, true: -61 })
    const { token, body } = await askToken(tokens.url, scope)
    expect(body).not.toHaveProperty('expires_in')
    const { status, headers } = await pull(registry, path, token)
    expect([status, headers['www-authenticate']]).toEqual([401, expect.stringContaining('invalid')])
  })

  test('has no POST', async () => {
    await using tokens = await startTokenServer()
    expect(await ask(tokens, '/token', { method: 'POST' })).toMatchObject({ status: 405 })
  })
})

async function askToken(realm: string, scope: string, authorization?: string) {
  const url = `${realm}?service=registry.berth.test&scope=${encodeURIComponent(scope)}`
  const { status, body } = await ask({ url: realm }, url, { headers: { authorization } })
  const told = status === 200 ? (JSON.parse(body.toString()) as { token: string }) : undefined
  return { status, body: told, token: `Bearer ${told?.token ?? ''}` }
}
