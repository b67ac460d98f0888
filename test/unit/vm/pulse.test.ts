import { Duplex } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { parseBeat } from '../../../vm/pulse/beat.ts'
import { driftOf } from '../../../vm/pulse/clock.ts'
import { type News, parseNews } from '../../../vm/pulse/news.ts'
import { openTalk } from '../../../vm/pulse/talk.ts'

describe('a beat', () => {
  test.each([
    ['1700000000.250000 run 412 S', 'running'],
    ['1700000000.250000 run 412 T', 'stopped'],
    ['1700000000.250000 finish 0 -', 'starting'],
    ['1700000000.250000 down 0 -', 'starting'],
    ['1700000000.250000 gave-up 0 -', 'gave-up'],
  ])('%s is of an engine that is %s', (line, state) => {
    expect(parseBeat(line)).toMatchObject({ guestMs: 1_700_000_000_250, engine: { state } })
  })

  test('is nothing else that the guest may say', () => {
    for (const line of ['', 'oom 12 (node)', 'sh: not found', '1700000000 run 1 S'])
      expect(parseBeat(line), line).toBeUndefined()
  })
})

describe('the guest’s clock', () => {
  const asked = { sentMs: 100_000, receivedMs: 100_200 }

  test.each([
    [100_100, 0],
    [101_150, 0],
    [101_350, 1250],
    [98_900, -1200],
    [100_100 - 3_600_000, -3_600_000],
  ])('that says %i is off by %i', (guestMs, drift) => {
    expect(driftOf(guestMs, asked)).toBe(drift)
  })

  test('is not doubted for an answer that took its time', () => {
    expect(driftOf(103_000, { sentMs: 100_000, receivedMs: 104_500 })).toBe(0)
  })
})

describe('what the guest says of its own accord', () => {
  test.each([
    ['oom 412 (node)', { kind: 'out-of-memory', killed: 'node (412)' }],
    ['event 1700000000250000128', { kind: 'engine-event', timeNano: 1_700_000_000_250_000_128 }],
    [
      '{"at":"","what":"images","file":"/data/x.bad"}',
      { kind: 'repair', repair: { what: 'images', file: '/data/x.bad' } },
    ],
    ['{"what":"something else","file":"/data/x"}', undefined],
    ['{"what":"ima', undefined],
    ['event', undefined],
    ['event 12 13', undefined],
    ['1700000000.250000 run 412 S', undefined],
  ])('%s', (line, news) => {
    expect(parseNews(line)).toEqual(news)
  })

  test('is heard before, between and after its answers', async () => {
    const heard: News[] = []
    const pipe = new Duplex({
      read: () => undefined,
      write(_word, _encoding, next) {
        if (heard.length > 0) pipe.push(null)
        else pipe.push('event 1\n1700000000.250000 run 412 S\nevent 2\n')
        next()
      },
    })
    await using talk = openTalk(pipe, (news) => heard.push(news))
    const { signal } = new AbortController()
    expect(await talk.ask('beat', signal)).toMatchObject({ engine: { pid: 412 } })
    expect(heard).toMatchObject([{ timeNano: 1 }, { timeNano: 2 }])
    await expect(talk.ask('beat', signal)).rejects.toThrow('ended')
  })
})
