import { expect, it } from 'vitest'
import { mergeByTime } from '../../../../main/compose/merge-by-time.ts'

async function* of(...batches: { at?: string; text: string }[][]) {
  for (const batch of batches) yield await Promise.resolve(batch)
}

it('gives the lines of several sources in the order of their time', async () => {
  const a = of([{ at: '1', text: 'a1' }], [{ at: '4', text: 'a4' }])
  const b = of([
    { at: '2', text: 'b2' },
    { at: '3', text: 'b3' },
    { text: 'b-' },
    { at: '5', text: 'b5' },
  ])
  const lines = []
  for await (const batch of mergeByTime([a, b, of()])) lines.push(...batch)
  expect(lines.map(({ text }) => text)).toEqual(['a1', 'b2', 'b3', 'b-', 'a4', 'b5'])
})
