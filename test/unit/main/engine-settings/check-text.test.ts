import { describe, expect, test } from 'vitest'
import { checkText } from '../../../../main/engine-settings/check-text.ts'

/** What is wrong with a text, as `line:column path code`. */
function problemsOf(text: string): string[] {
  const checked = checkText(text)
  if (!('problems' in checked)) return []
  return checked.problems.map(({ line, column, path, code }) =>
    [`${line}:${column}`, path, code].filter((part) => part !== '').join(' '),
  )
}

describe('a text that is no settings', () => {
  test.each([
    ['nothing', '', '1:1 json-empty'],
    ['only space', ' \n\t\n', '1:1 json-empty'],
    ['a mark of its encoding', '\uFEFF{}', '1:1 json-mark'],
    ['a comma at an end', '{\n  "debug": true,\n}', '2:16 json-trailing-comma'],
    ['a comma at a list’s end', '{"dns": ["1.1.1.1",]}', '1:19 json-trailing-comma'],
    ['a comment', '{\n  // why\n  "debug": true\n}', '2:3 json-comment'],
    ['a comment in a block', '{ /* why */ }', '1:3 json-comment'],
    ['no comma', '{"debug": true "ipv6": true}', '1:16 json-comma'],
    ['no colon', '{"debug" true}', '1:10 json-colon'],
    ['a name without quotes', '{debug: true}', '1:2 json-value'],
    ['no end', '{\r\n  "debug": true', '2:16 json-open'],
    ['a text without end', '{"bip": "172', '1:9 json-open'],
    ['more behind it', '{} {}', '1:4 json-after'],
    ['a word', '{"debug": yes}', '1:11 json-value'],
    ['a number that begins with 0', '{"mtu": 01}', '1:10 json-comma'],
    ['a list', '[]', '1:1 json-object'],
    ['null', 'null', '1:1 json-object'],
    ['a name twice', '{\n"debug": true,\n "debug": false}', '3:2 json-twice'],
    ['a name twice within', '{"log-opts": {"tag": "a", "tag": "b"}}', '1:27 json-twice'],
    ['ten megabytes', `{"labels": ["${'a'.repeat(10 * 1024 ** 2)}=b"]}`, '1:1 json-large'],
    ['an abyss', '['.repeat(100_000), '1:51 json-deep'],
  ])('%s', (_what, text, problem) => {
    expect(problemsOf(text)).toEqual([problem])
  })
})

describe('a name that is none', () => {
  test.each([
    ['registry-mirror', 'registry-mirrors'],
    ['DEBUG', 'debug'],
    ['insecure_registries', 'insecure-registries'],
    ['log-driver ', 'log-driver'],
  ])('%s', (key, near) => {
    const checked = checkText(`{\n\n  ${JSON.stringify(key)}: true}`)
    expect(checked).toMatchObject({
      problems: [{ line: 3, column: 3, path: key, code: 'key-near', params: { key, near } }],
    })
  })

  test.each(['toString', '__proto__', 'nothing'])('%s is like no other', (key) => {
    expect(problemsOf(`{"${key}": {}}`)).toEqual([`1:2 ${key} key-unknown`])
  })

  test.each(['hosts', 'data-root', 'tls', 'storage-driver', 'live-restore', 'userland-proxy-path'])(
    '%s is Berth’s own',
    (key) => {
      expect(problemsOf(`{"debug": true,\n "${key}": ["unix:///x"]}`)).toEqual([
        `2:2 ${key} key-ours`,
      ])
    },
  )
})

describe('a value of another type', () => {
  test.each([
    ['{"debug": "yes"}', '1:11 debug no-flag'],
    ['{"debug": null}', '1:11 debug no-flag'],
    ['{"mtu": "1500"}', '1:9 mtu no-number'],
    ['{"mtu": 1.5}', '1:9 mtu no-number'],
    ['{"bip": 5}', '1:9 bip no-text'],
    ['{"cgroup-parent": ""}', '1:19 cgroup-parent blank'],
    ['{"dns": "1.1.1.1"}', '1:9 dns no-list'],
    ['{"dns": ["1.1.1.1", 5]}', '1:21 dns.1 no-text'],
    ['{"log-opts": {"max-file": 3}}', '1:27 log-opts.max-file no-text'],
    ['{"log-opts": []}', '1:14 log-opts no-object'],
    ['{"features": {"cdi": "on"}}', '1:22 features.cdi no-flag'],
    ['{"default-shm-size": 64}', '1:22 default-shm-size no-text'],
    ['{"builder": {"gc": true}}', '1:20 builder.gc no-object'],
  ])('%s', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem])
  })
})

describe('what the engine’s own check lets pass', () => {
  test.each([
    ['an unknown feature', '{"features": {"nope": true}}', '1:15 features.nope choice'],
    [
      'the image store',
      '{"features": {"containerd-snapshotter": false}}',
      '1:15 features.containerd-snapshotter choice',
    ],
    ['an unknown storage driver', '{"storage-driver": "nope"}', '1:2 storage-driver key-ours'],
    ['an unknown log driver', '{"log-driver": "nope"}', '1:16 log-driver choice'],
    ['an address that is none', '{"bip": "999.1.1.1/24"}', '1:9 bip pattern'],
    [
      'a size that is none',
      '{"log-opts": {"max-size": "banana"}}',
      '1:27 log-opts.max-size pattern',
    ],
    [
      'a pool without a network',
      '{"default-address-pools": [{"base": "x", "size": 24}]}',
      '1:37 default-address-pools.0.base pattern',
    ],
    [
      'a pool of the wrong size',
      '{"default-address-pools": [{"base": "10.0.0.0/16", "size": 8}]}',
      '1:60 default-address-pools.0.size pool-size',
    ],
    [
      'a runtime that is not there',
      '{"default-runtime": "crun"}',
      '1:21 default-runtime runtime-missing',
    ],
    [
      'a profile without a path',
      '{"seccomp-profile": "nope.json"}',
      '1:21 seccomp-profile pattern',
    ],
    [
      'a proxy that is none',
      '{"proxies": {"http-proxy": "::::"}}',
      '1:28 proxies.http-proxy pattern',
    ],
    [
      'a proxy’s name that is none',
      '{"proxies": {"http": "http://p:1"}}',
      '1:14 proxies.http choice',
    ],
    [
      'no downloads at all',
      '{"max-concurrent-downloads": 0}',
      '1:30 max-concurrent-downloads range',
    ],
    [
      'a registry that is none',
      '{"insecure-registries": ["http://a b"]}',
      '1:26 insecure-registries.0 pattern',
    ],
    [
      'a cache’s size that is none',
      '{"builder": {"gc": {"defaultKeepStorage": "much"}}}',
      '1:43 builder.gc.defaultKeepStorage pattern',
    ],
    [
      'a part of no network',
      '{"bip": "10.1.0.1/24", "fixed-cidr": "10.2.0.0/25"}',
      '1:38 fixed-cidr outside',
    ],
    [
      'a limit that is none',
      '{"default-ulimits": {"files": {"Name": "files", "Soft": 1, "Hard": 2}}}',
      '1:22 default-ulimits.files choice',
    ],
    [
      'a soft limit above the hard one',
      '{"default-ulimits": {"nofile": {"Name": "nofile", "Soft": 3, "Hard": 2}}}',
      '1:32 default-ulimits.nofile ulimit-order',
    ],
    [
      'an option of another driver',
      '{"log-driver": "syslog", "log-opts": {"max-size": "1m"}}',
      '1:39 log-opts.max-size log-option',
    ],
    ['a level that hides its readiness', '{"log-level": "warn"}', '1:15 log-level choice'],
  ])('%s', (_what, text, problem) => {
    expect(problemsOf(text)).toEqual([problem])
  })
})

describe('a value of the wrong form', () => {
  test.each([
    ['{"registry-mirrors": ["mirror.example"]}', '1:23 registry-mirrors.0 pattern'],
    ['{"registry-mirrors": ["https://"]}', '1:23 registry-mirrors.0 pattern'],
    ['{"registry-mirrors": ["https://u:p@m.example"]}', '1:23 registry-mirrors.0 pattern'],
    ['{"registry-mirrors": ["https://m.example/?a"]}', '1:23 registry-mirrors.0 pattern'],
    ['{"registry-mirrors": ["ftp://m.example"]}', '1:23 registry-mirrors.0 pattern'],
    ['{"registry-mirrors": ["http://m", "http://m"]}', '1:35 registry-mirrors.1 twice'],
    ['{"dns": ["dns.example"]}', '1:10 dns.0 pattern'],
    ['{"labels": ["alone"]}', '1:13 labels.0 pattern'],
    ['{"dns-search": ["a_b.example"]}', '1:17 dns-search.0 pattern'],
    ['{"dns-search": ["a..example"]}', '1:17 dns-search.0 pattern'],
    ['{"bridge": "br0", "bip": "10.1.0.1/24"}', '1:26 bip together'],
    ['{"icc": false, "iptables": false}', '1:9 icc together'],
    ['{"metrics-addr": "127.0.0.1"}', '1:18 metrics-addr pattern'],
    ['{"mtu": 20}', '1:9 mtu range'],
    ['{"default-ipc-mode": "host"}', '1:22 default-ipc-mode choice'],
    ['{"runtimes": {"runc": {"path": "/x"}}}', '1:15 runtimes.runc runtime-own'],
    ['{"runtimes": {"x": {}}}', '1:20 runtimes.x runtime-path'],
    [
      '{"default-address-pools": [{"base": "10.0.0.0/8", "size": 16},{"base": "10.1.0.0/16", "size": 24}]}',
      '1:63 default-address-pools.1 pool-overlap',
    ],
    ['{"default-address-pools": [{"base": "10.0.0.0/8"}]}', '1:28 default-address-pools.0 missing'],
    [
      '{"default-ulimits": {"nofile": {"Name": "core", "Soft": 1, "Hard": 2}}}',
      '1:41 default-ulimits.nofile.Name ulimit-name',
    ],
    [
      '{"builder": {"gc": {"policy": [{"filter": ["unused-for=soon"]}]}}}',
      '1:44 builder.gc.policy.0.filter.0 pattern',
    ],
  ])('%s', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem])
  })
})

test('all that is wrong is told at once, from the top down', () => {
  expect(problemsOf('{\n  "debug": 1,\n  "dns": ["x"],\n  "nope": 2\n}')).toEqual([
    '2:12 debug no-flag',
    '3:11 dns.0 pattern',
    '4:3 nope key-unknown',
  ])
})

test('a text with thousands of faults tells the first of them', () => {
  const many = JSON.stringify({ dns: Array.from({ length: 5000 }, (_, index) => `x${index}`) })
  expect(problemsOf(many)).toHaveLength(50)
})

test('what is right comes out as it is', () => {
  const settings = {
    'registry-mirrors': ['https://mirror.example', 'http://10.0.2.2:5000/'],
    'insecure-registries': ['registry.example:5000', '10.0.0.0/8', '[fd00::1]:5000', 'localhost'],
    proxies: { 'http-proxy': 'http://user:word@proxy:3128', 'no-proxy': 'localhost,10.0.0.0/8' },
    'log-driver': 'local',
    'log-opts': { 'max-size': '10m', 'max-file': '3', mode: 'non-blocking' },
    'default-runtime': 'kata',
    runtimes: {
      kata: { runtimeType: 'io.containerd.kata.v2', options: { a: { b: 1 } } },
      crun: { path: '/usr/bin/crun', runtimeArgs: ['--debug'] },
    },
    'default-ulimits': { nofile: { Name: 'nofile', Soft: 1024, Hard: -1 } },
    'default-address-pools': [
      { base: '10.10.0.0/16', size: 24 },
      { base: 'fd00:10::/48', size: 64 },
    ],
    bip: '10.1.0.1/16',
    'fixed-cidr': '10.1.128.0/17',
    'default-gateway': '10.1.0.254',
    dns: ['1.1.1.1', '2606:4700:4700::1111'],
    'dns-search': ['.', 'example.com', 'sub.a-b.example.', 'local'],
    'dns-opts': ['ndots:2', 'use-vc'],
    builder: {
      gc: {
        enabled: true,
        defaultReservedSpace: '10%',
        policy: [{ keepStorage: '512MB', filter: ['unused-for=48h', 'type==source.local'] }],
      },
      history: { maxAge: '48h', maxEntries: 10 },
    },
    'default-shm-size': '128M',
    'seccomp-profile': '/etc/docker/seccomp.json',
    labels: ['one=1', 'two='],
    features: { cdi: true, buildkit: true },
  }
  expect(checkText(JSON.stringify(settings, null, 2))).toEqual({ settings })
  expect(checkText('{}')).toEqual({ settings: {} })
})
