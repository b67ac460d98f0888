import { describe, expect, it } from 'vitest'
import { type BulkProgress, runBulk } from '../../../../renderer/list/bulk.ts'

const ids = Array.from({ length: 10 }, (_, index) => String(index))

describe('work over many', () => {
  it('does a few at a time, all of them', async () => {
    let now = 0
    let most = 0
    const result = await runBulk(ids, async () => {
      now += 1
      most = Math.max(most, now)
      await Promise.resolve()
      now -= 1
    })
    expect(most).toBe(4)
    expect(result).toMatchObject({ total: 10, done: 10, failed: [], left: 0 })
  })

  it('goes on after a failure and names each', async () => {
    const result = await runBulk(ids, (id) =>
      Number(id) % 3 === 0 ? Promise.reject(new Error(id)) : Promise.resolve(),
    )
    expect(result.done).toBe(6)
    expect(result.failed.map(({ id }) => id)).toEqual(['0', '3', '6', '9'])
  })

  it('calls off what has not begun and lets the rest finish', async () => {
    const rest = new AbortController()
    const seen: BulkProgress[] = []
    const work = async (id: string) => {
      await Promise.resolve()
      if (id === '1') rest.abort()
    }
    const result = await runBulk(ids, work, {
      width: 2,
      signal: rest.signal,
      onProgress: (progress) => seen.push(progress),
    })
    expect(result.done + result.left).toBe(10)
    expect(result.left).toBeGreaterThan(5)
    expect(seen.at(-1)).toEqual(result)
  })
})
