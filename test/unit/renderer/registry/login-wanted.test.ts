import { expect, test } from 'vitest'
import type { ErrorCode } from '#api'
import { mayWantLogin } from '../../../../renderer/registry/login-wanted.ts'

test.each([
  ['repository-denied', true],
  ['registry-catalog-denied', true],
  // Whoever logged in to the registry then would show it the proxy's password.
  ['registry-proxy-denied', false],
  ['registry-dns', false],
] satisfies [ErrorCode, boolean][])('a login is offered beside %s: %s', (code, wanted) => {
  expect(mayWantLogin(code)).toBe(wanted)
})
