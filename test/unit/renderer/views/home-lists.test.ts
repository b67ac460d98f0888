import { describe, expect, it } from 'vitest'
import type { Container } from '#api'
import { toRunning, toTroubles } from '../../../../renderer/views/home/home-lists.ts'

const now = Date.UTC(2026, 0, 2)
const make = (name: string, change: Partial<Container>): Container => ({
  id: name,
  name,
  image: 'nginx',
  imageId: '',
  command: '',
  state: 'running',
  status: 'Up 2 minutes',
  createdAt: now - 1000,
  ports: [],
  labels: {},
  networks: [],
  mounts: [],
  ...change,
})

describe('the home’s lists', () => {
  it('show the newest that run, and count all', () => {
    const containers = Array.from({ length: 12 }, (_, index) =>
      make(`c${String(index)}`, { createdAt: now + index }),
    )
    const { shown, count } = toRunning([...containers, make('x', { state: 'exited' })])
    expect(count).toBe(12)
    expect(shown.map(({ name }) => name)).toEqual([
      'c11',
      'c10',
      'c9',
      'c8',
      'c7',
      'c6',
      'c5',
      'c4',
    ])
  })

  it('tell of the ailing first, then of what failed today', () => {
    const { shown } = toTroubles(
      [
        make('failed', { state: 'exited', status: 'Exited (1) 3 hours ago', exitCode: 1 }),
        make('long-ago', { state: 'exited', status: 'Exited (1) 3 weeks ago', exitCode: 1 }),
        make('stopped', { state: 'exited', status: 'Exited (137) 3 hours ago', exitCode: 137 }),
        make('done', { state: 'exited', status: 'Exited (0) 3 hours ago', exitCode: 0 }),
        make('well', { health: 'healthy' }),
        make('ill', { health: 'unhealthy' }),
        make('loop', { state: 'restarting', createdAt: now }),
      ],
      now,
    )
    expect(shown.map(({ container, trouble }) => [container.name, trouble])).toEqual([
      ['loop', 'restarting'],
      ['ill', 'unhealthy'],
      ['failed', 'exited'],
    ])
  })
})
