import { describe, expect, it, vi } from 'vitest'
import type { Run } from '#api'
import { createRunEnds } from '../../../../renderer/api/run-ends.ts'

const run = (id: string, phase: Run['phase']): Run => ({ id, phase })

/** What a window keeps over being loaded anew. */
function createKept() {
  const kept: { ids?: readonly string[] } = {}
  return { read: () => kept.ids, write: vi.fn((ids: readonly string[]) => void (kept.ids = ids)) }
}

describe('the end of a run', () => {
  it('is told once, also where nobody saw that it was under way', () => {
    const ends = createRunEnds(createKept())
    expect(ends.take([run('old', 'failed'), run('other', 'active')])).toEqual({
      ...{ ended: [], gone: [] },
    })
    const now = [run('old', 'failed'), run('other', 'cancelled'), run('quick', 'done')]
    expect(ends.take(now).ended.map(({ id }) => id)).toEqual(['other', 'quick'])
    expect(ends.take(now).ended).toEqual([])
    expect(['old', 'other', 'quick'].map(ends.isOld)).toEqual([true, false, false])
  })

  it('is told by a window that was loaded anew, unless it told of it before', () => {
    const kept = createKept()
    const before = createRunEnds(kept)
    before.take([run('old', 'failed'), run('held', 'active')])
    before.take([run('old', 'failed'), run('held', 'active'), run('told', 'done')])
    const after = createRunEnds(kept)
    const now = [run('old', 'failed'), run('held', 'done'), run('told', 'done')]
    expect(after.take(now).ended).toEqual([run('held', 'done')])
    expect(['old', 'told', 'held'].map(after.isOld)).toEqual([true, true, false])
    expect(createRunEnds(kept).take(now).ended).toEqual([])
  })

  it('is unknown where the run is not known any more', () => {
    const ends = createRunEnds(createKept())
    ends.take([run('other', 'ending')])
    expect(ends.take([])).toEqual({ ended: [], gone: ['other'] })
    expect(ends.take([run('new', 'failed')]).ended).toHaveLength(1)
  })

  it('is kept no longer than the run is remembered, and only when that has changed', () => {
    const kept = createKept()
    const ends = createRunEnds(kept)
    ends.take([])
    expect(kept.write).toHaveBeenLastCalledWith([])
    ends.take([run('one', 'done'), run('two', 'active')])
    ends.take([run('one', 'done'), run('two', 'active')])
    expect(kept.write).toHaveBeenLastCalledWith(['one'])
    expect(kept.write).toHaveBeenCalledTimes(2)
    ends.take([run('two', 'active')])
    expect(kept.read()).toEqual([])
  })
})
