import type { BigIntStats } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ShownTimes } from '../../../../main/folders/shown-times.ts'

function file(mtimeMs: number, ino = 1n): BigIntStats {
  return {
    ...{ dev: 1n, ino, mtimeNs: BigInt(mtimeMs) * 1_000_000n },
    isFile: () => true,
  } as unknown as BigIntStats
}

describe('the second that is told', () => {
  it('is the true one once it is over', () => {
    const times = new ShownTimes()
    expect(times.show('/f', file(10_500), 20_000)).toBe(10)
    expect(times.show('/f', file(10_500), 11_000)).toBe(10)
  })

  it('is another one for each state that is seen in one second, then the true one', () => {
    const times = new ShownTimes()
    expect(times.show('/f', file(10_100), 10_200)).toBe(9)
    expect(times.show('/f', file(10_100), 10_250)).toBe(9)
    expect(times.show('/f', file(10_300), 10_350)).toBe(8)
    expect(times.show('/f', file(10_400), 10_450)).toBe(7)
    expect(times.show('/f', file(10_400), 11_100)).toBe(10)
    expect(times.show('/f', file(11_200), 11_300)).toBe(6)
    expect(times.show('/f', file(11_200), 12_300)).toBe(11)
  })

  it('is never one that was told of a state before, since the client may not have seen the true one', () => {
    const times = new ShownTimes()
    const told = new Map<number, number>()
    // Written at odd moments, asked about twice each: at once, and when the second may be over.
    for (let turn = 0, now = 10_000; turn < 200; turn++, now += 370 + ((turn * 137) % 1400)) {
      for (const later of [10, 350]) {
        const seconds = times.show('/f', file(now), now + later)
        expect(told.get(seconds) ?? turn, `${seconds} in turn ${turn}`).toBe(turn)
        told.set(seconds, turn)
      }
    }
  })

  it('differs from that of the second before', () => {
    const times = new ShownTimes()
    expect(times.show('/f', file(9900), 10_050)).toBe(9)
    expect(times.show('/f', file(10_100), 10_150)).toBe(8)
  })

  it('is known again when it is set, and a time that was never told is not', () => {
    const times = new ShownTimes()
    times.show('/f', file(10_100), 10_200)
    expect(times.wasTold('/f', file(10_100), 9)).toBe(true)
    expect(times.wasTold('/f', file(10_100), 10)).toBe(true)
    expect(times.wasTold('/f', file(10_100), 8)).toBe(false)
    expect(times.wasTold('/f', file(10_200), 9)).toBe(false)
    times.show('/f', file(10_100), 11_200)
    expect(times.wasTold('/f', file(10_100), 9)).toBe(true)
  })

  it('differs when another file is put in the place of the first', () => {
    const times = new ShownTimes()
    expect(times.show('/f', file(10_100, 1n), 10_200)).toBe(9)
    expect(times.show('/f', file(10_100, 2n), 10_300)).toBe(8)
  })

  it('keeps apart what are different files, and forgets old ones', () => {
    const times = new ShownTimes()
    for (let ino = 0n; ino < 10_000n; ino++) {
      const now = 10_000 + Number(ino)
      expect(times.show(`/${ino}`, file(now, ino), now + 1)).toBe(
        Math.floor(now / 1000) - (now % 1000 === 999 ? 0 : 1),
      )
    }
  })
})
