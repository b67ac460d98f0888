import { describe, expect, it } from 'vitest'
import { findJson } from '../../../../renderer/log/log-json.ts'
import { toLogOptions } from '../../../../renderer/log/log-range.ts'
import { createScrollMap } from '../../../../renderer/log/scroll-map.ts'
import { toContainerTab, toTabKey } from '../../../../renderer/views/container/container-tabs.ts'
import { toDotEnv } from '../../../../renderer/views/container/dot-env.ts'
import { toProcessRows } from '../../../../renderer/views/container/process-rows.ts'
import { toExecSpec, toTerminalTitle } from '../../../../renderer/views/container/terminal-title.ts'

describe('the parts of a container', () => {
  it('open at its log for an address without one', () => {
    expect(toContainerTab(undefined)).toBe('logs')
    expect(toContainerTab('nonsense')).toBe('logs')
    expect(toContainerTab('stats')).toBe('stats')
    expect([toTabKey(0), toTabKey(9)]).toEqual(['1', '0'])
  })

  it('write variables as a .env file', () => {
    const env = [
      { name: 'PLAIN', value: 'a/b:1' },
      { name: 'SPACED', value: 'a b $HOME' },
      { name: 'QUOTED', value: `it's "so"\n$1` },
    ]
    expect(toDotEnv(env)).toBe(`PLAIN=a/b:1\nSPACED='a b $HOME'\nQUOTED="it's \\"so\\"\\n\\$1"\n`)
  })

  it('order processes by numbers and times', () => {
    const table = {
      titles: ['PID', 'TIME', 'CMD'],
      rows: [
        ['10', '00:01:00', 'b'],
        ['9', '1-00:00:00', 'a'],
        ['100', '00:00:59', 'c'],
      ],
    }
    const by = (column: string, descending = false) =>
      toProcessRows(table, { column, descending }, '').map(({ cells }) => cells[0])
    expect(by('PID')).toEqual(['9', '10', '100'])
    expect(by('TIME', true)).toEqual(['9', '10', '100'])
    expect(by('CMD')).toEqual(['9', '10', '100'])
    expect(toProcessRows(table, { column: 'PID', descending: false }, 'C')).toHaveLength(1)
  })

  it('name a terminal, and make a command of what was typed', () => {
    expect(toExecSpec([], 'root', '')).toBeUndefined()
    const exec = toExecSpec(['/bin/bash', '-l'], ' node ', '')
    expect(exec).toEqual({ command: ['/bin/bash', '-l'], user: 'node' })
    expect(exec && toTerminalTitle(exec)).toBe('bash (node)')
  })
})

describe('a long log', () => {
  it('is scrolled by proportion where no element could be so high', () => {
    const map = createScrollMap(19_000_000, 500)
    expect(map.isExact).toBe(false)
    expect(map.height).toBeLessThan(17_000_000)
    expect(map.toContent(map.height - 500)).toBe(map.most)
    expect(map.toContent(map.toScroll(9_000_000))).toBeCloseTo(9_000_000)
    expect(createScrollMap(1000, 500)).toMatchObject({ isExact: true, height: 1000, most: 500 })
  })

  it('is asked for as far back as is wished', () => {
    expect(toLogOptions('1000', 0)).toEqual({ tail: 1000 })
    expect(toLogOptions('all', 0)).toEqual({})
    expect(toLogOptions('1h', 7_200_000)).toEqual({ since: '1970-01-01T01:00:00.000Z' })
  })

  it('shows the JSON that a line carries', () => {
    expect(findJson('12:00 info {"a":1}')).toEqual({ value: { a: 1 } })
    expect(findJson('{"a":')).toBeUndefined()
    expect(findJson('plain [x]')).toBeUndefined()
  })
})
