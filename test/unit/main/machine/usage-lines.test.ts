import { expect, test } from 'vitest'
import { createUsageReader } from '../../../../main/machine/usage-lines.ts'

// user nice system idle iowait irq softirq steal guest guest_nice
const first = 'usage 2 2048 1024 64000 3000 100 0 100 1700 100 0 0 0 50 0'
const second = 'usage 2 2048 512 64000 3500 150 0 125 1820 105 0 0 0 75 0\r'

test('two lines make a usage: cores at work, and what is taken of memory and disk', () => {
  const read = createUsageReader()
  expect(read(first, 1)).toBeUndefined()
  expect(read(second, 2)).toEqual({
    at: 2,
    // 75 of 200 hundredths of a second, on two cores.
    cpu: 0.75,
    cpus: 2,
    memory: 1536 * 1024,
    memoryTotal: 2048 * 1024,
    disk: 3500 * 1024,
    diskTotal: 64000 * 1024,
  })
})

test.each([
  '',
  'Welcome',
  'usage',
  'usage 2 2048 x 64000 3000 1 1 1 1',
  'usage 0 1 1 1 1 1 1 1 1',
  'usage 2 2048 1024  100 0',
])('a line that is none of ours (%j) is passed over', (line) => {
  const read = createUsageReader()
  read(first, 1)
  expect(read(line, 2)).toBeUndefined()
  expect(read(second, 3)).toMatchObject({ cpu: 0.75 })
})

test('times that stand still or go back are no work', () => {
  const read = createUsageReader()
  read(second, 1)
  expect(read(second, 2)).toMatchObject({ cpu: 0 })
  expect(read(first, 3)).toMatchObject({ cpu: 0 })
})
