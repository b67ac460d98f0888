import { describe, expect, it } from 'vitest'
import {
  advance,
  type Pace,
  quietAt,
  rateAt,
  secondsAt,
  timeLeft,
  type TimeLeft,
} from '../../../../renderer/transfer/pace.ts'
import { nextPaces } from '../../../../renderer/transfer/paces.ts'

const mega = 1_000_000

/** What is said each half second of a transfer that brings so many bytes in each of them. */
function follow(steps: readonly number[], total: number) {
  let pace: Pace | undefined
  let left: TimeLeft | undefined
  let bytes = 0
  const said: { rate: number | undefined; seconds: number | undefined }[] = []
  for (const [index, step] of steps.entries()) {
    const now = (index + 1) * 500
    bytes += step
    pace = advance(pace, now, bytes)
    left = timeLeft(left, pace, { bytesLeft: total - bytes, now })
    said.push({ rate: rateAt(pace, now), seconds: left && secondsAt(left, now) })
  }
  return said
}

describe('the speed of a transfer', () => {
  it('is not told before there is something to say', () => {
    const said = follow([0, mega, mega, mega, mega], 100 * mega)
    expect(said.map(({ rate }) => rate)).toEqual([
      ...[undefined, undefined, undefined, 2 * mega, 2 * mega],
    ])
  })

  it('follows what changes, and lets single gaps be', () => {
    const steady = Array.from({ length: 20 }, () => mega)
    const withGap = follow([...steady, 0, mega], 1000 * mega).at(-1)?.rate ?? 0
    expect(withGap / (2 * mega)).toBeGreaterThan(0.8)
    const slower = Array.from({ length: 40 }, () => mega / 10)
    const rate = follow([...steady, ...slower], 1000 * mega).at(-1)?.rate ?? 0
    expect(rate / (mega / 5)).toBeLessThan(1.4)
  })

  it('is none when nothing comes; then it is told for how long', () => {
    let pace = advance(undefined, 0, 0)
    for (let second = 1; second <= 5; second += 1)
      pace = advance(pace, second * 1000, second * mega)
    expect([rateAt(pace, 6000), quietAt(pace, 6000)]).toEqual([mega, undefined])
    expect([rateAt(pace, 15_000), quietAt(pace, 15_000)]).toEqual([undefined, 10_000])
    pace = advance(pace, 20_000, 5 * mega)
    expect(quietAt(pace, 20_000)).toBe(15_000)
  })

  it('begins anew when the sum shrinks', () => {
    const pace = advance(advance(undefined, 0, 500), 3000, 100)
    expect(rateAt(pace, 3000)).toBeUndefined()
  })
})

describe('the time left', () => {
  it('is told after some seconds, and counts down without jumping', () => {
    const wild = Array.from({ length: 60 }, (_, index) =>
      index % 3 === 0 ? 2.2 * mega : 0.5 * mega,
    )
    const seconds = follow([0, ...wild], 100 * mega).map((one) => one.seconds)
    expect(seconds.slice(0, 8).every((one) => one === undefined)).toBe(true)
    const told = seconds.filter((one) => one !== undefined)
    expect(told.length).toBeGreaterThan(40)
    const jumps = told.slice(1).map((one, index) => one - (told[index] ?? 0))
    // Steps of five seconds, and a correction now and then.
    expect(Math.max(...jumps)).toBeLessThanOrEqual(10)
    expect(jumps.filter((jump) => jump > 0).length).toBeLessThanOrEqual(3)
  })

  it('is not told while nothing comes, nor when all has come', () => {
    expect(
      follow([0, ...Array.from({ length: 12 }, () => 0)], mega).at(-1)?.seconds,
    ).toBeUndefined()
    const whole = follow(
      Array.from({ length: 12 }, () => mega),
      12 * mega,
    )
    expect(whole.at(-1)?.seconds).toBeUndefined()
  })

  it.each([
    [3.2, 4],
    [47, 50],
    [200, 200],
  ])('of %d s is shown as %d', (seconds, shown) => {
    expect(secondsAt({ at: 0, seconds }, 0)).toBe(shown)
  })
})

describe('paces', () => {
  const layer = (current: number) => ({ id: 'a', message: 'Downloading', current, total: 100 })
  const of = (current: number, more: object[] = []) => ({
    ...({ id: 'one', kind: 'pull', phase: 'active' } as const),
    layers: [layer(current), ...(more as ReturnType<typeof layer>[])],
  })

  it('are those of what is under way, as a whole and layer by layer', () => {
    let paces = nextPaces(new Map(), [of(0)], 0)
    for (let second = 1; second <= 5; second += 1)
      paces = nextPaces(paces, [of(second * 10)], second * 1000)
    const pace = paces.get('one')
    expect(rateAt(pace?.whole, 5000)).toBe(10)
    expect(rateAt(pace?.layers.get('a'), 5000)).toBe(10)
    expect(pace?.left?.seconds).toBeCloseTo(6, 0)
    expect(nextPaces(paces, [{ ...of(50), phase: 'done' }], 6000).size).toBe(0)
  })

  it('tell no end of what is not known to be all', () => {
    let paces = nextPaces(new Map(), [of(0)], 0)
    const waiting = { id: 'b', message: 'Pulling fs layer' }
    for (let second = 1; second <= 5; second += 1)
      paces = nextPaces(paces, [of(second * 10, [waiting])], second * 1000)
    expect(paces.get('one')?.left).toBeUndefined()
  })
})
