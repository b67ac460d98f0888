import { describe, expect, it } from 'vitest'
import { findNeighbour, moveCursor, toListStep } from '../../../../renderer/list/list-step.ts'

const stroke = (key: string, held: Record<string, boolean> = {}) =>
  toListStep({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held })

describe('a key of a list', () => {
  it.each([
    ['ArrowDown', {}, { kind: 'move', to: 'down', extend: false }],
    ['j', {}, { kind: 'move', to: 'down', extend: false }],
    ['K', { shiftKey: true }, { kind: 'move', to: 'up', extend: true }],
    ['End', { shiftKey: true }, { kind: 'move', to: 'last', extend: true }],
    [' ', {}, { kind: 'toggle' }],
    ['a', { metaKey: true }, { kind: 'all' }],
    ['a', { ctrlKey: true }, { kind: 'all' }],
    ['Delete', {}, { kind: 'remove' }],
    ['Backspace', { metaKey: true }, { kind: 'remove' }],
    ['F10', { shiftKey: true }, { kind: 'menu' }],
    ['Enter', {}, { kind: 'open' }],
  ])('%s %o is its own', (key, held, step) => {
    expect(stroke(key, held)).toEqual(step)
  })

  it.each([
    ['a', {}],
    ['k', { metaKey: true }],
    ['ArrowDown', { altKey: true }],
    ['Backspace', {}],
    ['F10', {}],
  ])('%s %o is left to the page', (key, held) => {
    expect(stroke(key, held)).toBeUndefined()
  })
})

describe('the cursor of a list', () => {
  it.each([
    ['down', -1, 0],
    ['up', -1, 0],
    ['down', 9, 9],
    ['up', 0, 0],
    ['pageDown', 2, 6],
    ['pageUp', 2, 0],
    ['first', 5, 0],
    ['last', 5, 9],
  ] as const)('goes %s from %i to %i', (move, from, to) => {
    expect(moveCursor(move, from, 10, 4)).toBe(to)
  })
})

describe('the cursor of a list', () => {
  const before = ['a', 'b', 'c', 'd']
  it.each([
    ['b', ['d', 'b', 'a'], 'b'],
    ['b', ['a', 'c', 'd'], 'c'],
    ['b', ['a', 'd'], 'd'],
    ['d', ['a', 'b'], 'b'],
    ['b', [], undefined],
    ['elsewhere', ['a'], 'elsewhere'],
  ])('on %s goes, where %o are left, to %s', (id, now, to) => {
    expect(findNeighbour(id, before, now)).toBe(to)
  })
})
