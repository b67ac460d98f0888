import { expect, test } from 'vitest'
import { forgetWay, toAskError } from '../../../../main/mirrors/fault-error.ts'
import { registryFaults, wayFaults } from '../../../../main/registry/failure.ts'

const told = registryFaults.flatMap((fault) =>
  [undefined, 'http://a:1'].map((proxy) => ({ fault, proxy })),
)

test.each(told)('a test is forgotten by what ends a rest: $fault, proxy $proxy', (one) => {
  const error = toAskError(one, 'https://a.example').toShape()
  const tests = new Map([
    ['passed', {}],
    ['failed', { error }],
  ])
  forgetWay(tests)
  expect([...tests.keys()]).toEqual(wayFaults.has(one.fault) ? ['passed'] : ['passed', 'failed'])
})
