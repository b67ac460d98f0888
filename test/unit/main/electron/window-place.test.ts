import { describe, expect, it } from 'vitest'
import { fitPlace, parsePlace } from '../../../../main/electron/window-place.ts'

const display = { x: 0, y: 0, width: 1920, height: 1040 }
const second = { x: 1920, y: 0, width: 1280, height: 1000 }

describe('the place of the window', () => {
  it('is kept where a display shows it', () => {
    const bounds = { x: 2000, y: 40, width: 1100, height: 700 }
    expect(fitPlace({ bounds, maximized: false }, [display, second])).toEqual(bounds)
  })

  it.each([
    ['its display has gone', { x: 2000, y: 40, width: 1100, height: 700 }],
    ['it is all but left of the display', { x: -1090, y: 0, width: 1100, height: 700 }],
    ['its title bar is above the display', { x: 10, y: -50, width: 1100, height: 700 }],
    ['it is below the display', { x: 10, y: 1030, width: 1100, height: 700 }],
  ])('is the system’s choice when %s, and the size stays', (_name, bounds) => {
    expect(fitPlace({ bounds, maximized: false }, [display])).toEqual({ width: 1100, height: 700 })
  })

  it('is never smaller than the window can be', () => {
    const bounds = { x: 0, y: 0, width: 10, height: 10 }
    expect(fitPlace({ bounds, maximized: false }, [display])).toMatchObject({
      width: 860,
      height: 560,
    })
  })

  it.each([
    '',
    '{',
    '[]',
    '{"bounds":{"x":"1"}}',
    '{"bounds":{"x":1e99,"y":0,"width":1,"height":1},"maximized":false}',
  ])('is none for %j', (text) => {
    expect(parsePlace(text)).toEqual({ maximized: false })
  })
})
