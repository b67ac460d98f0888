import { expect, it } from 'vitest'
import { parsePlan } from '../../../../main/compose/plan.ts'

const places = {
  directory: '/run/berth/folders/ab/shop',
  engineSockets: ['/var/run/docker.sock'],
  toHost: (path: string) => path.replace('/run/berth/folders/ab', '/tmp'),
}
const planOf = (config: object, stderr = '', written: object = {}) =>
  parsePlan(
    {
      stdout: JSON.stringify({ name: 'shop', ...config }),
      stderr,
      written: JSON.stringify(written),
    },
    places,
  )

it('shows services with their images and ports, and none of their variables', () => {
  const plan = planOf({
    services: {
      web: {
        image: 'nginx:1.27',
        environment: { PASSWORD: 'hunter2' },
        deploy: { replicas: 2, resources: {} },
        ports: [
          { mode: 'ingress', host_ip: '127.0.0.1', target: 80, published: '8080', protocol: 'tcp' },
          { mode: 'ingress', target: 53, protocol: 'udp' },
        ],
      },
      api: { build: { context: '/run/berth/folders/ab/shop/api' } },
    },
  })
  expect(plan.services).toEqual([
    {
      ...{ name: 'web', image: 'nginx:1.27', builds: false, replicas: 2 },
      ports: [
        { containerPort: 80, protocol: 'tcp', hostPort: 8080, hostIp: '127.0.0.1' },
        { containerPort: 53, protocol: 'udp' },
      ],
    },
    { name: 'api', image: '', builds: true, replicas: 1, ports: [] },
  ])
  expect(plan.risks).toEqual([])
  expect(JSON.stringify(plan)).not.toContain('hunter2')
})

it('names each thing that a hostile file asks for', () => {
  const { risks } = planOf({
    services: {
      evil: {
        privileged: true,
        network_mode: 'host',
        pid: 'host',
        cap_add: ['SYS_ADMIN'],
        security_opt: ['seccomp=unconfined', 'no-new-privileges:true'],
        devices: [{ source: '/dev/sda', target: '/dev/sda', permissions: 'rwm' }],
        provider: { type: 'awesomecloud' },
        build: { context: '/run/berth/folders/ab' },
        volumes: [
          { type: 'bind', source: '/', target: '/host' },
          { type: 'bind', source: '/var/run/docker.sock', target: '/var/run/docker.sock' },
          { type: 'bind', source: '/run/berth/folders/ab/shop/site', target: '/site' },
          { type: 'bind', source: '/run/berth/folders/ab/shop-of-another', target: '/x' },
          { type: 'volume', source: 'data', target: '/data' },
        ],
      },
    },
    volumes: { data: { name: 'x', driver_opts: { type: 'none', o: 'bind', device: '/etc' } } },
    secrets: { key: { name: 'x', file: '/home/me/.ssh/id' } },
  })
  expect(risks.map(({ kind, what }) => `${kind} ${what}`.trim())).toEqual([
    'privileged',
    'host-network',
    'host-processes',
    'capability SYS_ADMIN',
    'unconfined seccomp=unconfined',
    'device /dev/sda',
    'provider',
    'build-outside /tmp',
    'folder-outside /',
    'engine-socket /var/run/docker.sock',
    'folder-outside /tmp/shop-of-another',
    'folder-outside /etc',
    'secret-outside /home/me/.ssh/id',
  ])
})

it('passes warnings on once each', () => {
  const line = '{"level":"warning","msg":"The \\"FOO\\" variable is not set.","time":"x"}'
  expect(planOf({ services: {} }, `${line}\n${line}\n`).warnings).toEqual([
    'The "FOO" variable is not set.',
  ])
})

it('names files of variables that lie elsewhere, or may', () => {
  const file = (path: string) => ({ path, required: true })
  const own = '/run/berth/folders/ab/shop'
  const { risks } = planOf({}, '', {
    services: {
      web: { env_file: [file(`${own}/.env`), file('/etc/shadow'), file(own + '/${HOME}/x')] },
      api: { env_file: [file('/run/berth/folders/ab/keys')], label_file: ['/home/me/labels'] },
    },
  })
  expect(risks.map(({ kind, service, what }) => `${kind} ${service} ${what}`)).toEqual([
    'variables-outside web /etc/shadow',
    'variables-outside web ${HOME}/x',
    'variables-outside api /tmp/keys',
    'variables-outside api /home/me/labels',
  ])
})

const risksOf = (config: object, more: object = {}) =>
  parsePlan(
    { stdout: JSON.stringify({ name: 'shop', ...config }), stderr: '', written: '{}' },
    { ...places, ...more },
  ).risks.map(({ kind, what }) => `${kind} ${what}`.trim())

it('names what is asked for in places that are seldom looked at', () => {
  const evil = {
    uts: 'host',
    device_cgroup_rules: ['a *:* rwm'],
    post_start: [{ command: ['x'] }, { command: ['x'], privileged: true }],
    build: {
      ...{ context: '/run/berth/folders/ab/shop', network: 'host', privileged: true },
      entitlements: ['security.insecure'],
    },
  }
  expect(risksOf({ services: { evil } })).toEqual([
    'privileged',
    'host-network',
    'host-processes',
    'device a *:* rwm',
    'unconfined security.insecure',
  ])
  expect(risksOf({ services: { evil: { cgroup: 'host' } } })).toEqual(['host-processes'])
})

it('names a path that leaves the project on its way', () => {
  const device = '/run/berth/folders/ab/shop/../../../../../etc'
  const volumes = { data: { driver_opts: { type: 'none', o: 'bind', device } } }
  expect(risksOf({ volumes })).toEqual(['folder-outside /etc'])
  const source = '/run/berth/folders/ab/shop/link'
  const leadsOut = (path: string) => path === source
  const services = { web: { volumes: [{ type: 'bind', source, target: '/x' }] } }
  expect(risksOf({ services }, { leadsOut })).toEqual(['folder-outside /tmp/shop/link'])
})
