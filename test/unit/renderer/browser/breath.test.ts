import { describe, expect, it } from 'vitest'
import { createBreath } from '../../../../renderer/browser/breath.ts'

/** Works for about so long. */
function work(ms: number) {
  const end = performance.now() + ms
  while (performance.now() < end);
}

describe('breath', () => {
  it('lets a frame come between pieces that together take longer than one', async () => {
    const breathe = createBreath()
    const order: string[] = []
    setTimeout(() => order.push('drawn'))
    await breathe(() => work(20))
    order.push('next piece')
    expect(order).toEqual(['drawn', 'next piece'])
  })

  it('holds short pieces up for nothing', async () => {
    const breathe = createBreath()
    const order: string[] = []
    setTimeout(() => order.push('drawn'))
    for (let count = 0; count < 100; count += 1) await breathe(() => undefined)
    order.push('done')
    expect(order).toEqual(['done'])
  })
})
