import { expect, test } from 'vitest'
import { toCursor, toPageQuery } from '../../../../main/registries/listing.ts'

test.each([
  ['</v2/_catalog?last=b&n=2>; rel="next"', 'last=b&n=2'],
  ['</v2/me/app/tags/list?n=50&last=1.2>;rel=next', 'n=50&last=1.2'],
  ['<https://elsewhere.example/other?next_page=xyz%3D>; rel="next"', 'next_page=xyz%3D'],
  ['</a?x=1>; rel="prev", </b?x=2>; title="t"; rel="next"', 'x=2'],
  ['</a?x=1>; rel="prev"', undefined],
  ['</a>; rel="next"', undefined],
  ['no link at all', undefined],
  ['', undefined],
  [undefined, undefined],
  [`</a?x=${'y'.repeat(3000)}>; rel="next"`, undefined],
])('of %j the next page is %s', (link, cursor) => {
  expect(toCursor(link)).toBe(cursor)
})

test.each([
  [undefined, '?n=100'],
  ['last=b&n=2', '?last=b&n=2'],
  ['last=a b#/../x', '?last=a+b%23%2F..%2Fx'],
])('%s asks for %s', (after, query) => {
  expect(toPageQuery(after, 100)).toBe(query)
})
