import { describe, expect, it } from 'vitest'
import type { Container } from '#api'
import {
  columnIds,
  placeColumns,
  usualColumns,
} from '../../../../renderer/views/containers/columns.ts'
import {
  isSorting,
  sortContainers,
  toNextSorting,
} from '../../../../renderer/views/containers/container-order.ts'
import { toFit } from '../../../../renderer/views/containers/port-room.ts'
import { createListItems } from '../../../../renderer/views/containers/list-rows.ts'

const sample = (name: string, rest: Partial<Container> = {}): Container => ({
  id: name,
  name,
  image: 'nginx',
  imageId: 'a',
  command: '',
  state: 'running',
  status: '',
  createdAt: 0,
  ports: [],
  labels: {},
  networks: [],
  mounts: [],
  ...rest,
})

describe('the columns', () => {
  const ids = (room: number) => placeColumns(usualColumns, room).map(({ id }) => id)

  it('all stand where there is room', () => {
    expect(ids(1400)).toEqual(['select', 'name', ...usualColumns, 'actions'])
  })

  it('give way one after the other, and never more than they must', () => {
    expect(ids(797)).toEqual([
      'select',
      'name',
      'state',
      'cpu',
      'memory',
      'ports',
      'created',
      'actions',
    ])
    expect(ids(700)).toEqual(['select', 'name', 'state', 'cpu', 'ports', 'actions'])
    expect(ids(300)).toEqual(['select', 'name', 'actions'])
  })

  it.each([400, 797, 1000, 1397, 2400])('fill %i pixels and no more', (room) => {
    const sum = placeColumns(columnIds, room).reduce((total, { width }) => total + width, 0)
    expect(sum).toBeLessThanOrEqual(room)
    expect(sum).toBeGreaterThan(room - 10)
  })
})

describe('the order', () => {
  const nothing = { last: [], given: [], holds: false }
  const names = (by: Parameters<typeof toNextSorting>[1], isDescending = false) =>
    sortContainers(
      all,
      { by, isDescending },
      { ...nothing, latest: (id) => (id === 'web-2' ? statsOf(id) : undefined) },
    )
      .map(({ name }) => name)
      .join(' ')
  const statsOf = (id: string) => ({ ...emptySample, id, cpu: 0.5, memory: 9 })
  const all = [
    sample('web-10', {
      createdAt: 3,
      ports: [{ containerPort: 80, hostPort: 90, protocol: 'tcp' }],
    }),
    sample('Web-1', { createdAt: 1, state: 'exited', exitCode: 1 }),
    sample('web-2', {
      createdAt: 2,
      ports: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
    }),
  ]

  it('of names counts numbers as numbers', () => {
    expect(names('name')).toBe('Web-1 web-2 web-10')
    expect(names('name', true)).toBe('web-10 web-2 Web-1')
  })

  it.each([
    ['state', false, 'web-2 web-10 Web-1'],
    ['created', false, 'web-10 web-2 Web-1'],
    ['ports', false, 'web-2 web-10 Web-1'],
    ['cpu', true, 'web-2 Web-1 web-10'],
    ['image', true, 'Web-1 web-2 web-10'],
  ] as const)('by %s (descending: %s)', (by, isDescending, expected) => {
    expect(names(by, isDescending)).toBe(expected)
  })

  it('begins with the most where that is what one looks for', () => {
    const first = toNextSorting({ by: 'name', isDescending: false }, 'cpu')
    expect(first).toEqual({ by: 'cpu', isDescending: true })
    expect(toNextSorting(first, 'cpu').isDescending).toBe(false)
  })

  it.each([
    ['some came and went', (index: number, turn: number) => (index * 7 + turn) % 41 === 0, 13],
    ['a few changed', () => false, 60],
    ['most changed', () => false, 2],
  ] as const)('is found again when %s, and is the same', (_, isGone, stride) => {
    const order = { by: 'state', isDescending: true } as const
    const latest = () => undefined
    let given: readonly Container[] = many(300)
    let last = sortContainers(given, order, { ...nothing, latest })
    for (let turn = 0; turn < 50; turn += 1) {
      const known = new Map(last.map((container) => [container.id, container]))
      const now = many(300).flatMap((container, index) => {
        if (isGone(index, turn)) return []
        const state = (index + turn) % stride === 0 ? 'exited' : 'running'
        const before = known.get(container.id)
        return before?.state === state ? before : { ...container, state }
      }) satisfies Container[]
      last = sortContainers(now, order, { last, given, holds: true, latest })
      expect(last).toEqual(sortContainers(now, order, { ...nothing, latest }))
      given = now
    }
  })

  it('refuses what was remembered of another time', () => {
    expect(isSorting({ by: 'name', isDescending: true })).toBe(true)
    expect(isSorting({ by: 'price', isDescending: true })).toBe(false)
    expect(isSorting(null)).toBe(false)
  })
})

describe('the rows', () => {
  const all = [
    sample('a', { project: 'shop' }),
    sample('b'),
    sample('c', { project: 'blog', state: 'exited' }),
    sample('d', { project: 'shop', state: 'exited' }),
  ]
  const ids = (isGrouping: boolean, closed: string[] = [], list = all) =>
    createListItems()(list, isGrouping, new Set(closed)).map(({ id }) => id)

  it('stand by project, without one last', () => {
    expect(ids(true)).toEqual(['project:blog', 'c', 'project:shop', 'a', 'd', 'none', 'b'])
  })

  it('are folded away below a closed heading, which still counts them', () => {
    expect(ids(true, ['project:shop'])).toEqual(['project:blog', 'c', 'project:shop', 'none', 'b'])
    const head = createListItems()(all, true, new Set(['project:shop']))[2]
    expect(head).toMatchObject({ running: 1, isOpen: false })
    expect(head?.kind === 'group' && head.containers.length).toBe(2)
  })

  it('stay the same as long as nothing of them changes', () => {
    const toItems = createListItems()
    const before = toItems(all, true, new Set())
    const changed = all.map((one) => (one.id === 'b' ? sample('b', { state: 'exited' }) : one))
    const after = toItems(changed, true, new Set())
    expect(after.map((item, index) => item === before[index])).toEqual([
      ...Array<boolean>(5).fill(true),
      ...[false, false],
    ])
  })

  it('are flat when asked, and when there is no project', () => {
    expect(ids(false)).toEqual(['a', 'b', 'c', 'd'])
    expect(ids(true, [], [sample('x'), sample('y')])).toEqual(['x', 'y'])
  })
})

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => sample(`web-${(index * 37) % count}`))

const emptySample = {
  at: 0,
  cpu: 0,
  memory: 0,
  memoryLimit: 0,
  networkIn: 0,
  networkOut: 0,
  diskRead: 0,
  diskWrite: 0,
  pids: 0,
}

describe('the room for ports', () => {
  it.each([
    [[], 100, 0],
    [['8080→80'], 20, 1],
    [['8080→80', '8443→443'], 150, 2],
    [['8080→80', '8443→443'], 100, 1],
    [['1→1', '2→2', '3→3'], 100, 1],
    [['1→1', '2→2', '3→3'], 110, 2],
  ])('%o in %i pixels', (texts, room, count) => {
    expect(toFit(texts, room)).toBe(count)
  })
})
