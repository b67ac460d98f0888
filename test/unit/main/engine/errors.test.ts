import { expect, test } from 'vitest'
import { toEngineError } from '../../../../main/engine/errors.ts'
import { sayNotShared } from '../../../../main/words/not-shared.ts'

/** As dockerode throws it. */
const answer = (statusCode: number, message: string) =>
  Object.assign(new Error(`(HTTP code ${statusCode}) ${message}`), {
    statusCode,
    json: { message },
  })

test.each([
  [
    409,
    'Conflict. The container name "/web" is already in use by container "0de9f5". You have to remove it.',
    { code: 'container-name-taken', params: { name: 'web' } },
  ],
  [
    500,
    'driver failed programming external connectivity on endpoint web: Bind for 0.0.0.0:8080 failed: port is already allocated',
    { code: 'port-taken', params: { port: '8080' } },
  ],
  [
    500,
    'failed to set up container networking: listen tcp4 0.0.0.0:80: bind: address already in use',
    { code: 'port-taken', params: { port: '80' } },
  ],
  [404, 'No such image: nginx:latest', { code: 'image-not-found', params: { image: 'nginx' } }],
  [
    404,
    'failed to resolve reference "localhost:5000/nosuch:1": localhost:5000/nosuch:1: not found',
    { code: 'image-not-found', params: { image: 'nginx' } },
  ],
  [404, 'No such container: web', { code: 'container-missing', params: { name: 'web' } }],
  [400, 'invalid reference format', { code: 'image-name-invalid', params: { image: 'nginx' } }],
  [400, sayNotShared('en', '/opt/x'), { code: 'folder-not-shared', params: { path: '/opt/x' } }],
  [400, sayNotShared('zh-CN', 'D:\\x'), { code: 'folder-not-shared', params: { path: 'D:\\x' } }],
  [500, 'something new', { code: 'engine-refused', params: { message: 'something new' } }],
] as const)('the engine’s %i “%s” is named', (status, message, expected) => {
  expect(
    toEngineError(answer(status, message), { container: 'web', image: 'nginx' }),
  ).toMatchObject(expected)
})

test('an image that containers use is told as that, a container as busy', () => {
  const conflict = answer(
    409,
    'conflict: unable to delete (must be forced) - image is being used by stopped container 1',
  )
  expect(toEngineError(conflict, { image: 'nginx' }).code).toBe('image-in-use')
  expect(toEngineError(conflict, { container: 'web' }).code).toBe('container-busy')
})

test('no answer at all is an engine out of reach', () => {
  const refused = Object.assign(new Error('connect ENOENT'), { code: 'ENOENT' })
  expect(toEngineError(refused).code).toBe('engine-unreachable')
})

test('the client’s own words before the engine’s are left out', () => {
  const told = Object.assign(new Error('(HTTP code 500) server error - no such host '), {
    statusCode: 500,
  })
  expect(toEngineError(told)).toMatchObject({
    code: 'engine-refused',
    params: { message: 'no such host' },
  })
})
