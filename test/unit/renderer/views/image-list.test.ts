import { describe, expect, it } from 'vitest'
import type { Container, Image } from '#api'
import { toArchiveName, toDownloadPath } from '../../../../renderer/image/image-download.ts'
import {
  findImages,
  isInFilter,
  sortImages,
  splitTag,
  toImageItems,
  toNextSorting,
} from '../../../../renderer/views/images/image-list.ts'
import { planPrune, sumBytes } from '../../../../renderer/views/images/prune-plan.ts'

const app = image('a1', ['localhost:5000/team/app:2', 'app:2'], { size: 300, createdAt: 1 })
const nginx = image('b2', ['nginx:1.27'], { size: 100, createdAt: 3 })
const dangling = image('c3', [], { size: 200, createdAt: 2 })
const web = { id: 'x', name: 'web', imageId: nginx.id } as Container
const items = toImageItems([app, nginx, dangling], [web])
const idsOf = (list: readonly { id: string }[]) => list.map(({ id }) => id.slice(7, 9)).join(' ')

describe('the list of images', () => {
  it('tells names, tags and who uses them', () => {
    expect(items.map(({ repository, tag, uses }) => [repository, tag, uses])).toEqual([
      ['localhost:5000/team/app', '2', []],
      ['nginx', '1.27', ['web']],
      ['', '', []],
    ])
    expect(splitTag('localhost:5000/app')).toEqual(['localhost:5000/app', ''])
  })

  it('is filtered by use and by words', () => {
    const shown = (filter: 'used' | 'unused' | 'dangling') =>
      idsOf(items.filter((item) => isInFilter(item, filter)))
    expect([shown('used'), shown('unused'), shown('dangling')]).toEqual(['b2', 'a1 c3', 'c3'])
    expect(idsOf(findImages(items, 'APP team'))).toBe('a1')
    expect(idsOf(findImages(items, 'c3c3'))).toBe('c3')
    expect(findImages(items, '  ')).toBe(items)
  })

  it('is sorted, with those without a name last by name', () => {
    const by = (key: 'name' | 'size' | 'created' | 'uses', isDescending: boolean) =>
      idsOf(sortImages(items, { by: key, isDescending }))
    expect(by('name', false)).toBe('a1 b2 c3')
    expect(by('name', true)).toBe('b2 a1 c3')
    expect(by('size', true)).toBe('a1 c3 b2')
    expect(by('created', true)).toBe('b2 c3 a1')
    expect(by('uses', true).startsWith('b2')).toBe(true)
    expect(toNextSorting({ by: 'name', isDescending: false }, 'size').isDescending).toBe(true)
  })

  it('sorts ten thousand without a wait', () => {
    const many = Array.from({ length: 10_000 }, (_, index) =>
      image(index.toString(16).padStart(4, '0'), [`repo-${index * 7919}:${index}`], {
        size: index,
      }),
    )
    const begun = performance.now()
    sortImages(toImageItems(many, []), { by: 'name', isDescending: false })
    expect(performance.now() - begun).toBeLessThan(1500)
  })
})

describe('a plan for clearing up', () => {
  const usage = [
    { id: app.id, ownBytes: 30, containers: 0 },
    { id: nginx.id, ownBytes: 10, containers: 0 },
    { id: dangling.id, ownBytes: 20, containers: 0 },
  ]
  const plan = (kind: 'dangling' | 'unused', used: string[] = []) =>
    planPrune(kind, [app, nginx, dangling], { usage, used: new Set(used) })

  it('has only what nothing uses, the biggest first', () => {
    expect(idsOf(plan('unused', [nginx.id]))).toBe('a1 c3')
    expect(idsOf(plan('dangling'))).toBe('c3')
    expect(plan('dangling', [dangling.id])).toEqual([])
    expect(sumBytes(plan('unused'))).toBe(60)
  })

  it('believes the engine about containers that the window does not know yet', () => {
    const counted = usage.map((use) => ({ ...use, containers: use.id === app.id ? 1 : 0 }))
    const found = planPrune('unused', [app], { usage: counted, used: new Set() })
    expect(found).toEqual([])
  })
})

describe('a download of images', () => {
  it('is named after what is in it', () => {
    expect(toArchiveName([app])).toBe('localhost_5000_team_app_2.tar')
    expect(toArchiveName([dangling])).toBe(`${'c3'.repeat(6)}.tar`)
    expect(toArchiveName([app, nginx])).toBe('images-2.tar')
    expect(toDownloadPath([nginx])).toBe('download/image?name=nginx%3A1.27&file=nginx_1.27.tar')
  })
})

function image(pair: string, tags: string[], more: Partial<Image> = {}): Image {
  const id = `sha256:${pair.repeat(64 / pair.length)}`
  return { id, tags, digests: [], size: 1, createdAt: 0, labels: {}, ...more }
}
