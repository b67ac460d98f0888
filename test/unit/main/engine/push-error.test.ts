import { expect, test } from 'vitest'
import { AppError } from '#api'
import { toPushError } from '../../../../main/engine/push-error.ts'

const put =
  'unknown: unexpected status from PUT request to https://a.example/v2/x/blobs/uploads/1: '
const post = 'failed to do request: Post "https://a.example/v2/x/blobs/uploads/": '
const denied =
  'push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed'

const toCode = (message: string, isKnown = false) =>
  toPushError('a.example/x:1', new AppError('engine-refused', { message }), { isKnown }).code

// As engines say it; dockerd 28 with the containerd store, and registries by their specification's codes.
test.each([
  ['tag does not exist: a.example/x:1', 'push-missing'],
  ['An image does not exist locally with the tag: a.example/x', 'push-missing'],
  [`content digest sha256:${'a'.repeat(64)}: not found`, 'push-partial'],
  ['image with reference x:1 was found but does not provide any platform', 'push-partial'],
  [`${put}413 Request Entity Too Large`, 'push-large'],
  [`${put}405 Method Not Allowed`, 'push-unsupported'],
  ['error from registry: The operation is unsupported.', 'push-unsupported'],
  ['error from registry: too many requests', 'push-limited'],
  [`${put}429 Too Many Requests`, 'push-limited'],
  [`${post}dial tcp: lookup a.example on 10.0.2.3:53: no such host`, 'registry-dns'],
  [`${post}dial tcp 10.1.2.3:443: connect: connection refused`, 'registry-unreachable'],
  [`${post}tls: failed to verify certificate: x509: certificate signed by`, 'registry-tls'],
  [`${post}http: server gave HTTP response to HTTPS client`, 'registry-tls'],
  [
    `${post}proxyconnect tcp: dial tcp 10.0.2.2:3128: connect: connection refused`,
    'registry-proxy',
  ],
  [`${post}Proxy Authentication Required: 407`, 'registry-proxy'],
  [`${post}dial tcp 10.1.2.3:443: i/o timeout`, 'push-busy'],
  [`${put}503 Service Unavailable`, 'push-busy'],
  [`${post}read: connection reset by peer`, 'registry-cut'],
  // By our own proxy, whose refusal stands in its status line.
  [`${post}a.example cannot be found. Check the name. (dns)`, 'registry-dns'],
  [`${post}The proxy wants another login. (proxy-denied)`, 'registry-proxy-denied'],
  [`${post}The proxy http://a:1 did not let it. (proxy by http://a:1)`, 'registry-proxy-named'],
  [`${post}It does not connect to it. (proxy-refused by http://a:1)`, 'registry-proxy-refused'],
  // No mirror helps a push.
  [`${post}a.example asks to wait. (limited)`, 'push-limited'],
  [`${post}a.example did not answer in time. (slow)`, 'push-busy'],
  ['something that nobody has seen before', 'push-failed'],
])('%s', (message, code) => {
  expect(toCode(message)).toBe(code)
})

test.each([
  denied,
  'error from registry: requested access to the resource is denied',
  'error from registry: authentication required',
  'no basic auth credentials',
  `${put}401 Unauthorized`,
  `${put}403 Forbidden`,
])('%s: is told as a matter of logging in, or of rights', (message) => {
  expect([toCode(message), toCode(message, true)]).toEqual(['push-login', 'push-denied'])
})

test('names the registry, and keeps the engine’s words as a detail', () => {
  const error = new AppError('engine-refused', { message: denied })
  expect(toPushError('me/x:1', error, { isKnown: false }).toShape()).toEqual({
    code: 'push-login',
    params: { image: 'me/x:1', host: 'docker.io' },
    details: [denied],
  })
  const gone = new AppError('engine-unreachable')
  expect(toPushError('me/x:1', gone, { isKnown: false })).toBe(gone)
})
