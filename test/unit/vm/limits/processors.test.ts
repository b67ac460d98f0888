import { expect, test } from 'vitest'
import { planProcessors } from '../../../../vm/limits/processors.ts'

test.each([
  ['all of the computer’s', 'amd64', 2, 16, 16],
  ['no more than the machine can have by itself', 'arm64', 2, 16, 8],
  ['what is wanted in any case', 'arm64', 10, 16, 10],
] as const)('a guest has %s', (_, arch, wanted, host, processors) => {
  expect(planProcessors(arch, { wanted, host })).toBe(processors)
})
