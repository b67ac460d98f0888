import { describe, expect, it } from 'vitest'
import { toInstruction, toShare } from '../../../../renderer/views/image/layer-words.ts'

describe('a layer', () => {
  it.each([
    ['/bin/sh -c #(nop)  CMD ["nginx"]', 'CMD ["nginx"]'],
    ['/bin/sh -c apt-get update', 'RUN apt-get update'],
    ['RUN /bin/sh -c apk add curl # buildkit', 'RUN apk add curl'],
    ['RUN |1 VERSION=2 /bin/sh -c make # buildkit', 'RUN make'],
    ['COPY . /app # buildkit', 'COPY . /app'],
    ['<img src=x>', '<img src=x>'],
  ])('%s reads %s', (createdBy, instruction) => {
    expect(toInstruction(createdBy)).toBe(instruction)
  })

  it('has a bar that can be seen when it has a size', () => {
    expect([toShare(0, 10), toShare(1, 1000), toShare(5, 10), toShare(0, 0)]).toEqual([0, 1, 50, 0])
  })
})
