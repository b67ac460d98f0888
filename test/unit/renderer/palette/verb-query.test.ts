import { describe, expect, it } from 'vitest'
import { parseVerbQuery } from '../../../../renderer/palette/verb-query.ts'

const verbs = [
  { verb: 'stop' as const, words: ['stop', '停止'] },
  { verb: 'restart' as const, words: ['restart', 'reboot', '重启'] },
]

describe('an order', () => {
  it.each([
    ['stop web', { verb: 'stop', rest: 'web' }],
    ['stop', { verb: 'stop', rest: '' }],
    ['res shop api', { verb: 'restart', rest: 'shop api' }],
    ['reboot x', { verb: 'restart', rest: 'x' }],
    ['停止 web', { verb: 'stop', rest: 'web' }],
    ['停止web', { verb: 'stop', rest: 'web' }],
    ['重启', { verb: 'restart', rest: '' }],
  ])('is read from %s', (query, order) => expect(parseVerbQuery(query, verbs)).toEqual(order))

  it.each(['', 'web', 'sto', 'st web', 'web stop'])('is not read from “%s”', (query) =>
    expect(parseVerbQuery(query, verbs)).toBeUndefined(),
  )
})
