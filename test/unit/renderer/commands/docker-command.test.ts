import { describe, expect, it } from 'vitest'
import { toCommand } from '../../../../renderer/commands/docker-command.ts'

const names = {
  container: (id: string) => (id === 'c1' ? 'web' : id),
  image: (id: string) => (id === 'i1' ? 'nginx:latest' : id),
  files: (project: string) => (project === 'shop' ? ['/home/mia/shop/compose.yaml'] : []),
}
const line = (service: string, method: string, ...args: unknown[]) =>
  toCommand(service, method, args, names)?.argv.join(' ')

describe('a call as its command', () => {
  it.each([
    ['docker stop web', 'containers', 'stop', ['c1']],
    ['docker kill --signal SIGHUP web', 'containers', 'kill', ['c1', 'SIGHUP']],
    ['docker kill web', 'containers', 'kill', ['c1']],
    [
      'docker rm --force --volumes web',
      'containers',
      'remove',
      ['c1', { force: true, volumes: true }],
    ],
    ['docker rm web', 'containers', 'remove', ['c1', { force: false }]],
    ['docker rename web shop', 'containers', 'rename', ['c1', 'shop']],
    ['docker logs --follow --tail 100 web', 'containers', 'logs', ['c1', { tail: 100 }]],
    ['docker logs web', 'containers', 'logs', ['c1', { follow: false }]],
    [
      'docker compose --project-name shop --file /home/mia/shop/compose.yaml up --detach --build',
      'compose',
      'up',
      ['shop', { build: true }],
    ],
    [
      'docker compose --project-name shop down --volumes',
      'compose',
      'down',
      ['shop', { volumes: true }],
    ],
    ['docker rmi nginx:latest', 'images', 'remove', ['i1']],
    ['docker pull alpine', 'transfers', 'pull', ['alpine']],
    [
      'docker pull --platform linux/arm64 alpine',
      'transfers',
      'pull',
      ['alpine', { platform: 'linux/arm64' }],
    ],
    [
      'docker exec --interactive --tty --user root web sh',
      'terminals',
      'openContainer',
      ['c1', { command: ['sh'], user: 'root' }, { columns: 80, rows: 24 }],
    ],
    [
      'berth login ghcr.io --username me --password-stdin --keep plain',
      'registries',
      'logIn',
      [{ registry: 'ghcr.io', username: 'me', password: 'canary', accept: 'plain' }],
    ],
    ['berth logout ghcr.io', 'registries', 'logOut', ['ghcr.io']],
    ['berth tags ghcr.io/me/app', 'registries', 'tags', ['ghcr.io/me/app']],
    ['docker search nginx', 'registries', 'search', ['nginx']],
    ['berth registries unlink ghcr.io', 'registries', 'linkDocker', ['ghcr.io', false]],
    ['berth set theme=dark cpus=2', 'settings', 'set', [{ theme: 'dark', cpus: 2 }]],
    [
      'berth reclaim --yes --only build-cache,images:nginx:latest,volumes:a,volumes:b,trim',
      'reclaim',
      'run',
      [
        'plan',
        [
          { kind: 'build-cache' },
          { kind: 'images', only: ['i1'] },
          { kind: 'volumes', only: ['a', 'b'] },
          { kind: 'trim' },
        ],
      ],
    ],
    ['docker system df --verbose', 'reclaim', 'plan', []],
    ['berth stop', 'app', 'quit', [{ stopMachine: true }]],
  ])('%s', (command, service, method, args) => {
    expect(line(service, method, ...args)).toBe(command)
  })

  it('is none for what the window does for itself', () => {
    expect(line('app', 'remember', 'a', 'b')).toBeUndefined()
    expect(line('app', 'quit')).toBeUndefined()
    expect(line('containers', 'watch')).toBeUndefined()
    expect(line('nothing', 'such')).toBeUndefined()
  })
})
