import { describe, expect, it } from 'vitest'
import type { LogLine } from '#api'
import { countCells, sliceRow } from '../../../../renderer/log/cells.ts'
import { toExpression } from '../../../../renderer/log/log-query.ts'
import { createLogRows, createRowCache } from '../../../../renderer/log/log-rows.ts'
import { createLogSearch } from '../../../../renderer/log/log-search.ts'
import { LogStore } from '../../../../renderer/log/log-store.ts'

function open(texts: string[], columns: number, only?: string) {
  const store = new LogStore()
  store.push(texts.map((text): LogLine => ({ source: 'stdout', text })))
  const expression = toExpression({
    text: only ?? '',
    regex: false,
    matchCase: true,
    word: false,
  })
  const search = expression && createLogSearch(store, expression)
  search?.work(1000)
  const rows = createLogRows(store, { columns, only: search }, createRowCache())
  return {
    rows,
    places: Array.from({ length: rows.total }, (_, row) => {
      const place = rows.at(row)
      return `${place?.number}.${place?.part}`
    }),
  }
}

describe('the rows of a log', () => {
  it('are one a line without wrapping', () => {
    expect(open(['a', 'bb', ''], 0).places).toEqual(['0.0', '1.0', '2.0'])
  })

  it('wrap by cells, an empty line being one row', () => {
    expect(open(['abcdef', '', 'abc', 'abcd'], 3).places).toEqual([
      '0.0',
      '0.1',
      '1.0',
      '2.0',
      '3.0',
      '3.1',
    ])
  })

  it('show matching lines only', () => {
    expect(open(['xa', 'b', 'xcccc', 'd', 'x'], 3, 'x').places).toEqual([
      '0.0',
      '2.0',
      '2.1',
      '4.0',
    ])
  })

  it('find the row of every place, and of a line that is not shown the next one', () => {
    const texts = Array.from({ length: 3000 }, (_, at) => 'x'.repeat((at % 7) + (at % 5 ? 0 : 20)))
    for (const columns of [0, 4, 9]) {
      const { rows } = open(texts, columns)
      for (let row = 0; row < rows.total; row += 17) {
        const place = rows.at(row)
        expect(place && rows.rowOf(place)).toBe(row)
      }
    }
    const { rows } = open(['x', 'b', 'b', 'x'], 0, 'x')
    expect(rows.rowOf({ number: 1, part: 0 })).toBe(1)
    expect(rows.rowOf({ number: 9, part: 0 })).toBe(2)
  })

  it('cover a text whole, wide characters never cut', () => {
    const text = 'ab中文cd，测试🚢x\u0301end 混排 mixed 宽度'
    for (const columns of [3, 4, 5, 10, 80]) {
      const { rows } = open([text], columns)
      const slices = Array.from({ length: rows.total }, (_, part) =>
        text.slice(...sliceRow(text, part, columns)),
      )
      expect(slices.join('')).toBe(text)
      for (const slice of slices) expect(countCells(slice)).toBeLessThanOrEqual(columns)
    }
  })
})
