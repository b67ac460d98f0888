// Written by hand, not recorded: what Docker Hub's search answers here is made after `GET /images/search` of the Docker
// Engine API (https://docs.docker.com/reference/api/engine/), by which the engine passes it on. It was never held against
// Docker Hub itself.

import { expect, test } from 'vitest'
import { toSearchPath, toSearchResults } from '../../../../main/registries/hub-search.ts'

const handWritten = {
  num_pages: 1,
  num_results: 4,
  query: 'nginx',
  results: [
    { name: 'nginx', description: 'Official\n build', star_count: 20_000, is_official: true },
    {
      name: 'me/nginx',
      description: null,
      star_count: 1.5,
      is_official: false,
      is_automated: true,
    },
    { name: '<img src=x>', description: 'no name', star_count: 1, is_official: true },
    { name: 'you/nginx', description: '<b>x</b>', star_count: -1 },
  ],
}

test('results come as Docker Hub orders them, without what could not be pulled', () => {
  expect(toSearchResults(handWritten)).toEqual([
    { name: 'nginx', description: 'Official build', stars: 20_000, official: true },
    { name: 'me/nginx', description: '', stars: 1, official: false },
    { name: 'you/nginx', description: '<b>x</b>', stars: 0, official: false },
  ])
})

test.each([{}, { results: 'none' }, { results: null }])('%j is no answer', (answer) => {
  expect(() => toSearchResults(answer)).toThrow('no results')
})

test('a description of a book is cut', () => {
  const results = [{ name: 'a', description: 'x'.repeat(100_000) }]
  expect(toSearchResults({ results })[0]?.description).toHaveLength(500)
})

test('what is searched for stays a parameter', () => {
  expect(toSearchPath('a&n=1/../#')).toBe('/search?q=a%26n%3D1%2F..%2F%23&n=25')
})
