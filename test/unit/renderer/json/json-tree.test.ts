import { describe, expect, it } from 'vitest'
import { findInJson, toJsonRows, toOpenPaths, toPath } from '../../../../renderer/json/json-tree.ts'
import { toTextMarks } from '../../../../renderer/text/text-marks.ts'

const value = { State: { Health: { Log: [{ Output: 'ok' }] } }, 'a.b': null, Args: [], N: 1 }

describe('a JSON tree', () => {
  it('names nodes as jq does', () => {
    expect(toPath(toPath(toPath('', 'State'), 'a.b'), 3)).toBe('.State["a.b"][3]')
  })

  it('shows what is open, and all of it when everything is', () => {
    const paths = (open: Set<string>) =>
      toJsonRows(value, (path) => open.has(path)).map(({ path }) => path)
    expect(paths(new Set())).toEqual(['.State', '["a.b"]', '.Args', '.N'])
    expect(paths(toOpenPaths(value))).toContain('.State.Health.Log[0].Output')
    expect(toOpenPaths(value, 1)).toEqual(new Set(['.State']))
  })

  it('shows a value that holds nothing as one row', () => {
    expect(toJsonRows({}, () => true)).toMatchObject([{ path: '.', kind: 'object', size: 0 }])
  })

  it('finds names and values, and what to open for them', () => {
    expect(findInJson(value, 'OK')).toEqual({
      found: ['.State.Health.Log[0].Output'],
      open: new Set(['.State', '.State.Health', '.State.Health.Log', '.State.Health.Log[0]']),
    })
    expect(findInJson(value, 'health').found).toEqual(['.State.Health'])
    expect(findInJson(value, '').found).toEqual([])
  })
})

describe('marks in a text', () => {
  it('cut it at every hit and lose nothing', () => {
    expect(toTextMarks('aXbxc', 'x')).toEqual([
      { text: 'a', hit: false },
      { text: 'X', hit: true },
      { text: 'b', hit: false },
      { text: 'x', hit: true },
      { text: 'c', hit: false },
    ])
    expect(toTextMarks('abc', '')).toEqual([{ text: 'abc', hit: false }])
  })
})
