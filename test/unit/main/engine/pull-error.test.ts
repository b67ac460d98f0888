import { expect, test } from 'vitest'
import { AppError } from '#api'
import { toPullError } from '../../../../main/engine/pull-error.ts'

const resolve = 'failed to resolve reference "docker.io/library/x:latest": failed to do request: '
const head = 'Head "https://registry-1.docker.io/v2/library/x/manifests/latest": '

// As engines say it; dockerd 28 with the containerd store.
test.each([
  ['no match for platform in manifest: not found', 'image-platform-missing'],
  [
    'no matching manifest for linux/arm64/v8 in the manifest list entries: no match for platform in manifest: not found',
    'image-platform-missing',
  ],
  [
    'toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
    'registry-limited',
  ],
  [
    'unexpected status from GET request to https://a.example/v2/x: 429 Too Many Requests',
    'registry-limited',
  ],
  [
    `${resolve}${head}dial tcp: lookup registry-1.docker.io on 10.0.2.3:53: no such host`,
    'registry-dns',
  ],
  [`${resolve}${head}dial tcp 10.1.2.3:443: connect: connection refused`, 'registry-unreachable'],
  [`${resolve}${head}dial tcp 10.1.2.3:443: i/o timeout`, 'registry-slow'],
  [`${resolve}${head}net/http: TLS handshake timeout`, 'registry-slow'],
  [
    `${resolve}${head}tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    'registry-tls',
  ],
  [`${resolve}${head}http: server gave HTTP response to HTTPS client`, 'registry-tls'],
  [
    `${resolve}${head}proxyconnect tcp: dial tcp 10.0.2.2:3128: connect: connection refused`,
    'registry-proxy',
  ],
  ['failed to copy: httpReadSeeker: failed open: unexpected EOF', 'registry-cut'],
  [
    'failed commit on ref "layer-sha256:1": unexpected commit digest sha256:2, expected sha256:1: failed precondition',
    'registry-lied',
  ],
  [
    'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    'registry-denied',
  ],
  ['failed to resolve reference "a.example/x:1": a.example/x:1: not found', 'image-not-found'],
  [
    'unexpected status from HEAD request to https://a.example/v2/x: 502 Bad Gateway',
    'registry-busy',
  ],
  [
    'failed to resolve reference "a.example/x:1": unexpected status from HEAD request to http://10.0.2.2:1/v2/x/manifests/1?ns=a.example: 502 a.example refuses the connection. Check the address. (unreachable)',
    'registry-unreachable',
  ],
  [
    'failed to resolve reference "x": unexpected status from HEAD request to http://10.0.2.2:1/v2/x/manifests/1?ns=docker.io: 502 No mirror of docker.io has this image yet. (lagging)',
    'registry-lagging',
  ],
  [
    'failed to resolve reference "x": unexpected status from HEAD request to http://10.0.2.2:1/v2/x/manifests/1?ns=docker.io: 502 This computer\'s proxy wants another user name or password. (proxy-denied)',
    'registry-proxy-denied',
  ],
  ['error from registry: too many requests', 'registry-limited'],
  [
    'error from registry: You have reached your unauthenticated pull rate limit.',
    'registry-limited',
  ],
  [`${resolve}${head}Proxy Authentication Required: 407`, 'registry-proxy'],
  ['error from registry: authentication required', 'registry-denied'],
  ['something that nobody has seen before', 'pull-failed'],
])('%s', (message, code) => {
  expect(toPullError('x:latest', new AppError('engine-refused', { message })).code).toBe(code)
})

test.each([
  ['x:latest', 'docker.io'],
  ['team/x:latest', 'docker.io'],
  ['ghcr.io/team/x:latest', 'ghcr.io'],
  ['registry:5000/x:latest', 'registry:5000'],
  ['localhost/x:latest', 'localhost'],
])('of %s the registry is %s', (image, host) => {
  const error = new AppError('engine-refused', { message: 'x509: no' })
  expect(toPullError(image, error).params).toMatchObject({ host })
})

test.each([
  [
    'x refuses the connection. Check it. (unreachable at mirror.example:5000)',
    'mirror.example:5000',
  ],
  ['x refuses the connection. Check it. (unreachable)', 'ghcr.io'],
])('who failed is named when our own mirror says it: %s', (message, host) => {
  const error = toPullError('ghcr.io/x:1', new AppError('engine-refused', { message }))
  expect(error).toMatchObject({ code: 'registry-unreachable', params: { host } })
})

test.each([
  ['proxy', 'registry-proxy-named'],
  ['proxy-refused', 'registry-proxy-refused'],
])('a proxy is named when our own mirror names it: %s', (fault, code) => {
  const message = `It did not let it through. (${fault} at a.example by http://10.0.0.1:3128)`
  const error = toPullError('ghcr.io/x:1', new AppError('engine-refused', { message }))
  expect(error.toShape()).toEqual({
    code,
    params: { image: 'ghcr.io/x:1', host: 'a.example', proxy: 'http://10.0.0.1:3128' },
    details: [message],
  })
})

test('what is no refusal of the engine stays what it is', () => {
  const error = new AppError('engine-unreachable')
  expect(toPullError('x:latest', error)).toBe(error)
})
