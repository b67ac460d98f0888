import { expect, test } from 'vitest'
import { AppError } from '#api'
import { toErrorShape } from '../../../../renderer/api/error-shape.ts'

test('a failure with words keeps them, and anything else is a bug', () => {
  const known = new AppError('not-running', {}, { details: ['its last line'] })
  expect(toErrorShape(known)).toEqual({
    ...{ code: 'not-running', params: {} },
    details: ['its last line'],
  })
  for (const thrown of [new Error('not-running'), 'text', undefined])
    expect(toErrorShape(thrown)).toEqual({ code: 'internal', params: { log: '' } })
})
