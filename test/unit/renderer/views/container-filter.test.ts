import { describe, expect, it } from 'vitest'
import type { Container } from '#api'
import {
  formatTerm,
  parseFilter,
  toLastToken,
} from '../../../../renderer/views/containers/container-filter.ts'
import { toTest } from '../../../../renderer/views/containers/filter-match.ts'
import { toSuggestions } from '../../../../renderer/views/containers/filter-suggest.ts'

const sample = (name: string, rest: Partial<Container> = {}): Container => ({
  id: Buffer.from(name).toString('hex').padEnd(64, '0'),
  name,
  image: 'nginx:1.29',
  imageId: 'sha256:abcdef0123',
  command: 'nginx',
  state: 'running',
  status: 'Up',
  createdAt: 1000,
  ports: [],
  labels: {},
  networks: ['bridge'],
  mounts: [],
  ...rest,
})

const all = [
  sample('web', {
    ports: [{ hostIp: '0.0.0.0', hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
    labels: { tier: 'front', 'com.acme.note': 'a=b' },
    health: 'unhealthy',
    createdAt: 1,
  }),
  sample('db', {
    image: 'postgres:17',
    imageId: 'sha256:ffff',
    mounts: ['data', '/srv/db'],
    networks: ['back'],
    ports: [{ containerPort: 5432, protocol: 'tcp' }],
    project: 'shop',
    service: 'database',
    createdAt: 2,
  }),
  sample('job', { state: 'exited', exitCode: 1, image: 'busybox', imageId: 'b1', createdAt: 3 }),
  sample('old-job', {
    state: 'exited',
    exitCode: 137,
    image: 'busybox',
    imageId: 'b1',
    createdAt: 0,
  }),
  sample('dns', { ports: [{ hostPort: 53, containerPort: 53, protocol: 'udp' }], createdAt: 4 }),
]

const find = (reference: string) =>
  all.find(({ id, name }) => name === reference || id.startsWith(reference))
const filter = (text: string) => all.filter(toTest(parseFilter(text), find)).map(({ name }) => name)

describe('a filter of containers', () => {
  it.each([
    ['', ['web', 'db', 'job', 'old-job', 'dns']],
    ['status=exited', ['job', 'old-job']],
    ['STATUS=Exited', ['job', 'old-job']],
    ['status=exited status=running name=^w', ['web']],
    ['--filter status=exited -f exited=1', ['job']],
    ['--filter=exited=137', ['old-job']],
    ['name=job', ['job', 'old-job']],
    ['name=^/job$', ['job']],
    ['name=(', []],
    ['-name=job', ['web', 'db', 'dns']],
    ['name!=job status=running', ['web', 'db', 'dns']],
    ['label=tier', ['web']],
    ['label=tier=front', ['web']],
    ['label=tier=back', []],
    ['label=com.acme.note=a=b', ['web']],
    ['label=toString', []],
    ['ancestor=nginx', ['web', 'dns']],
    ['ancestor=nginx:1.29', ['web', 'dns']],
    ['ancestor=ngin', []],
    ['ancestor=abcdef', ['web', 'dns']],
    ['ancestor=sha256:ffff', ['db']],
    ['health=unhealthy', ['web']],
    ['health=none status=exited', ['job', 'old-job']],
    ['network=back', ['db']],
    ['volume=data', ['db']],
    ['volume=/srv/db', ['db']],
    ['publish=8080', ['web']],
    ['publish=80', []],
    ['publish=8000-8100/tcp', ['web']],
    ['publish=53', []],
    ['publish=53/udp', ['dns']],
    ['expose=5432/tcp', ['db']],
    ['before=web', ['old-job']],
    ['since=job', ['dns']],
    ['since=nobody', []],
    ['project=shop', ['db']],
    ['service=database', ['db']],
    ['WEB', ['web']],
    ['busy old', ['old-job']],
    ['busy -old', ['job']],
    [':8080', ['web']],
    ['5432', ['db']],
    [Buffer.from('db').toString('hex'), ['db']],
    ['key=value', []],
    ['status=', ['web', 'db', 'job', 'old-job', 'dns']],
    ['web -status=', ['web']],
  ])('%s', (text, names) => {
    expect(filter(text)).toEqual(names)
  })

  it('keeps blanks that are quoted', () => {
    expect(parseFilter('label="note=two words" x').terms).toEqual([
      { key: 'label', value: 'note=two words', isNegated: false },
    ])
    const term = { key: 'label', value: 'say "hi" now', isNegated: true } as const
    expect(parseFilter(formatTerm(term)).terms).toEqual([term])
  })
})

describe('the token that is being typed', () => {
  it.each([
    ['', { start: 0, token: '' }],
    ['web sta', { start: 4, token: 'sta' }],
    ['web ', { start: 4, token: '' }],
    ['label="two wo', { start: 0, token: 'label=two wo' }],
  ])('%s', (text, last) => {
    expect(toLastToken(text)).toEqual(last)
  })
})

describe('suggestions', () => {
  const tokens = (token: string) => toSuggestions(token, () => all).map((entry) => entry.token)
  it.each([
    ['sta', ['status=']],
    ['-n', ['-name=', '-network=']],
    ['status=', ['status=running', 'status=exited']],
    ['status!=e', ['-status=exited']],
    ['status=x', ['status=exited']],
    ['nothing=', []],
    ['web2', []],
    ['publish=', ['publish=53/udp', 'publish=8080/tcp']],
  ])('%s', (token, expected) => {
    expect(tokens(token)).toEqual(expected)
  })

  it('counts the containers of a value', () => {
    expect(toSuggestions('ancestor=busy', () => all)).toEqual([
      { token: 'ancestor=busybox', kind: 'value', key: 'ancestor', count: 2 },
    ])
  })
})
