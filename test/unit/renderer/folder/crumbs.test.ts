import { expect, it } from 'vitest'
import { toCrumbs } from '../../../../renderer/folder/crumbs.ts'

it.each([
  ['/home/mia', '/home/mia', ['/home/mia']],
  ['/home/mia/src/blog', '/home/mia', ['/home/mia', '/src', '/blog']],
  ['/', '/', ['/']],
  ['/srv/x', '/', ['/srv', '/x']],
  ['C:\\Users\\mia\\src', 'C:\\Users\\mia', ['C:\\Users\\mia', '\\src']],
  ['/m/a/b/c/d', '/m', ['/m', '/a', '/b', '/c', '/d']],
  ['/m/a/b/c/d/e', '/m', ['/m', '/…', '/d', '/e']],
])('%j beneath %j', (path, place, texts) => {
  expect(toCrumbs(path, place).map(({ text }) => text)).toEqual(texts)
})

it('leads to each folder on the way, and to the last of those left out', () => {
  expect(toCrumbs('/m/a/b/c/d/e', '/m').map(({ path }) => path)).toEqual([
    ...['/m', '/m/a/b/c', '/m/a/b/c/d', '/m/a/b/c/d/e'],
  ])
})
