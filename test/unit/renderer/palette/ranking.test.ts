import { describe, expect, it } from 'vitest'
import { createIndex, search } from '../../../../renderer/palette/ranking.ts'

const toItems = (...labels: string[]) => labels.map((label) => ({ id: label, label }))
const find = (query: string, ...labels: string[]) =>
  search([createIndex(toItems(...labels))], query).map(({ label }) => label)

describe('the ranking', () => {
  it('puts the whole name before its beginning, a word’s beginning before its inside', () => {
    expect(find('web', 'cobweb', 'shop-web', 'web-2', 'web')).toEqual([
      'web',
      'web-2',
      'shop-web',
      'cobweb',
    ])
  })

  it('wants every word, wherever it stands', () => {
    expect(find('api shop', 'shop-api-1', 'shop-web-1', 'api')).toEqual(['shop-api-1'])
  })

  it('finds letters in their order last, and nothing for letters that are not there', () => {
    expect(find('ngx', 'nginx', 'ngx-proxy')).toEqual(['ngx-proxy', 'nginx'])
    expect(find('zzz', 'nginx')).toEqual([])
    expect(find('  ', 'nginx')).toEqual([])
  })

  it('finds by other words, below those found by name', () => {
    const index = createIndex([
      { id: '1', label: 'db', words: 'postgres:17' },
      { id: '2', label: 'postgres' },
    ])
    expect(search([index], 'postgres').map(({ id }) => id)).toEqual(['2', '1'])
    expect(
      search([createIndex([{ id: '1', label: '容器', words: 'containers' }])], '容'),
    ).toHaveLength(1)
  })

  it('lifts what was chosen lately', () => {
    const index = createIndex(toItems('web-1', 'web-2', 'web-3'))
    expect(search([index], 'web', { recent: ['web-3'] })[0]?.label).toBe('web-3')
  })

  it('answers a keystroke over 15,000 objects within 50 ms', () => {
    const items = Array.from({ length: 15_000 }, (_, index) => ({
      id: String(index),
      label: `project-${String(index % 97)}-service-${String(index)}`,
      words: `registry.example.com/team/app:${String(index)}`,
    }))
    const built = createIndex(items)
    search([built], 'warm')
    // What it takes of a processor: the clock would tell of what else this computer does.
    const begun = process.threadCpuUsage()
    for (const query of ['s', 'se', 'service 12', 'app:149', 'qzx']) search([built], query)
    const { user, system } = process.threadCpuUsage(begun)
    expect((user + system) / 1000 / 5).toBeLessThan(50)
  })
})
