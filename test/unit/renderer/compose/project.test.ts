import { describe, expect, it } from 'vitest'
import type { Container } from '#api'
import {
  countRunning,
  findProjects,
  toFolder,
  toProjects,
  toProjectState,
  toProjectTone,
  toReachProblem,
} from '../../../../renderer/compose/project.ts'
import { countDone, toStepRows } from '../../../../renderer/compose/run-steps.ts'
import { createServiceColors } from '../../../../renderer/compose/service-colors.ts'

let id = 0
function container(name: string, parts: Partial<Container> = {}): Container {
  id += 1
  const [project, service] = name.split('-')
  return {
    ...{ id: String(id), name, image: '', imageId: '', command: '', state: 'running' },
    ...{ status: '', createdAt: 0, ports: [], labels: {}, networks: [], mounts: [] },
    ...(project !== undefined && { project }),
    ...(service !== undefined && { service }),
    ...parts,
  }
}
const shop = {
  name: 'shop',
  directory: '/home/mia/shop',
  files: [{ path: '/home/mia/shop/compose.yaml', reach: 'ready' as const }],
  opened: true,
}

describe('projects', () => {
  it('are those of the containers and those whose file was opened', () => {
    const alone = container('x', {})
    const found = toProjects(
      [{ ...shop, name: 'blog' }, shop],
      [
        container('shop-web-2'),
        container('shop-db-1'),
        container('shop-web-1'),
        { ...alone, project: '' },
      ],
    )
    expect(found.map(({ name }) => name)).toEqual(['blog', 'shop'])
    expect(
      found[1]?.services.map((one) => [one.name, one.containers.map(({ name }) => name)]),
    ).toEqual([
      ['db', ['shop-db-1']],
      ['web', ['shop-web-1', 'shop-web-2']],
    ])
  })

  it.each([
    ['down', 'neutral', []],
    ['stopped', 'neutral', [container('s-a', { state: 'exited', exitCode: 0 })]],
    ['running', 'success', [container('s-a')]],
    // A migration that has done its work is not missing.
    ['running', 'success', [container('s-a'), container('s-b', { state: 'exited', exitCode: 0 })]],
    [
      'partly',
      'error',
      [
        container('s-a'),
        container('s-b', { state: 'exited', status: 'Exited (1) 2 s ago', exitCode: 1 }),
      ],
    ],
    ['running', 'error', [container('s-a', { health: 'unhealthy' })]],
    ['partly', 'warning', [container('s-a'), container('s-b', { state: 'created' })]],
  ] as const)('are %s and look %s by their containers', (state, tone, containers) => {
    const [project] = toProjects([{ ...shop, name: 's' }], containers)
    if (!project) throw new Error('there is no project')
    expect([toProjectState(project), toProjectTone(project)]).toEqual([state, tone])
  })

  it('are found by their name, folder and services', () => {
    const projects = toProjects([shop], [container('shop-worker-1')])
    for (const text of ['sho', 'MIA', 'worker', 'shop worker', ''])
      expect(findProjects(projects, text), text).toHaveLength(1)
    expect(findProjects(projects, 'nothing')).toHaveLength(0)
    expect(countRunning(projects[0] ?? { services: [] })).toBe(1)
  })

  it('count a service that is paused as none that runs, as the list of containers does', () => {
    const [project] = toProjects([], [container('s-a'), container('s-b', { state: 'paused' })])
    expect(countRunning(project ?? { services: [] })).toBe(1)
  })

  it('say why their files cannot be read', () => {
    expect(toReachProblem(shop)).toBeUndefined()
    expect(toReachProblem(undefined)).toEqual({ kind: 'unknown', path: '' })
    const files = [...shop.files, { path: '/srv/x.yaml', reach: 'missing' as const }]
    expect(toReachProblem({ ...shop, files })).toEqual({ kind: 'missing', path: '/srv/x.yaml' })
    expect([toFolder('/srv/a/x.yaml'), toFolder('C:\\a\\x.yaml'), toFolder('/x.yaml')]).toEqual([
      ...['/srv/a', 'C:\\a', '/'],
    ])
  })
})

it('the steps of a run are called by what they are of', () => {
  const rows = toStepRows([
    { id: 'web', text: 'Pulling', state: 'working', current: 45, total: 100 },
    { id: 'Container shop-web-1', text: 'Created', state: 'done' },
    { id: 'Volume "shop_data"', text: 'Created', state: 'done' },
  ])
  expect(rows).toMatchObject([
    { kind: undefined, name: 'web', current: 45, total: 100 },
    { kind: 'container', name: 'shop-web-1', text: 'Created', total: 0 },
    { kind: 'volume', name: 'shop_data' },
  ])
  expect(countDone(rows)).toBe(2)
})

it('each part of a log keeps its colour and its room', () => {
  const toPrefix = createServiceColors()
  const [web, worker] = [toPrefix('web-1'), toPrefix('worker-1')]
  expect(toPrefix('web-1')).toBe(web.replace('web-1', 'web-1   '))
  expect(worker).not.toContain('[36m')
})
