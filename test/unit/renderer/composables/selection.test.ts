import { describe, expect, it } from 'vitest'
import { shallowRef } from 'vue'
import { toRange, useSelection } from '../../../../renderer/composables/useSelection.ts'

const list = () => shallowRef(['a', 'b', 'c', 'd', 'e'])

describe('a selection', () => {
  it('extends from where it was begun, in either direction', () => {
    const order = list()
    const { selected, toggle, extendTo } = useSelection(() => order.value)
    toggle('c')
    extendTo('e')
    expect([...selected.value]).toEqual(['c', 'd', 'e'])
    extendTo('b')
    expect([...selected.value]).toEqual(['b', 'c', 'd', 'e'])
  })

  it('does not count what is filtered away, until it is back', () => {
    const order = list()
    const { selected, set } = useSelection(() => order.value)
    set(['a', 'b'], true)
    order.value = ['b', 'c']
    expect([...selected.value]).toEqual(['b'])
    order.value = ['a', 'b']
    expect(selected.value.size).toBe(2)
  })

  it('takes only the target when the beginning is gone', () => {
    expect(toRange(['a', 'b'], 'gone', 'b')).toEqual(['b'])
    expect(toRange(['a', 'b'], 'a', 'gone')).toEqual([])
  })
})
