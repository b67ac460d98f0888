import { describe, expect, it } from 'vitest'
import type { StatsSample } from '#api'
import {
  isLimitInSight,
  toChartData,
  toRoundTop,
  withSamples,
} from '../../../../renderer/chart/chart-data.ts'

const sample = (second: number): StatsSample => ({
  ...{ id: 'a', at: second * 1000, cpu: second, memory: 1, memoryLimit: 2, pids: 3 },
  ...{ networkIn: second, networkOut: 2 * second, diskRead: 0, diskWrite: 0 },
})

describe('the data of a chart', () => {
  it('shows a gap where nothing was measured', () => {
    expect(toChartData([sample(1), sample(2), sample(60)], 'network', 0)).toEqual({
      times: [1, 2, 2.001, 60],
      lines: [
        [1, 2, null, 60],
        [2, 4, null, 120],
      ],
    })
  })

  it('begins where it is asked to', () => {
    expect(toChartData([sample(1), sample(2)], 'cpu', 2000).times).toEqual([2])
  })

  it('takes what is sent again once, and lets go after an hour', () => {
    const kept = withSamples([sample(1), sample(2), sample(3)], [sample(2), sample(3), sample(4)])
    expect(kept.map(({ at }) => at)).toEqual([1000, 2000, 3000, 4000])
    expect(withSamples(kept, [sample(3602)]).map(({ at }) => at)).toEqual([3000, 4000, 3_602_000])
  })

  it.each([
    [0.35, 1000, 0.4],
    [17, 1000, 20],
    [1.5, 1000, 1.5],
    [512 * 1024 ** 2, 1024, 512 * 1024 ** 2],
    [300 * 1024 ** 2, 1024, 384 * 1024 ** 2],
    [1, 1024, 1024],
  ] as const)('ends the scale of %d (%d) at %d', (value, base, top) => {
    expect(toRoundTop(value, base, base === 1024 ? 1024 : 0.1)).toBeCloseTo(top)
  })

  it('draws a limit that is near', () => {
    expect(isLimitInSight(512, 300)).toBe(true)
    expect(isLimitInSight(512, 20)).toBe(false)
    expect(isLimitInSight(undefined, 20)).toBe(false)
  })
})
