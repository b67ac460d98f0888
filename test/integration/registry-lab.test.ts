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
