import { expect, test } from 'vitest'
import { Claims } from '../../../../main/ports/claims.ts'
import type { Listener } from '../../../../main/ports/listener.ts'

const at = (port: number, guestPort = port): Listener => ({
  ...{ protocol: 'tcp', address: '127.0.0.1', port },
  carrier: { kind: 'machine', guestPort },
})
const key = (port: number) => `tcp 127.0.0.1 ${port}`

test('a place is the first one’s who wanted it, and the next one’s once that does not want it any more', () => {
  const claims = new Claims()
  claims.want('first', [at(80, 1)])
  expect(claims.want('second', [at(80, 2), at(81)])).toEqual([key(80), key(81)])
  expect(claims.get(key(80))).toEqual(at(80, 1))
  expect([...claims.ownersOf(key(80))]).toEqual(['first', 'second'])
  expect(claims.want('first', [])).toEqual([key(80)])
  expect(claims.get(key(80))).toEqual(at(80, 2))
})

test('an owner that wants the same in another way keeps its turn', () => {
  const claims = new Claims()
  claims.want('first', [at(80, 1)])
  claims.want('second', [at(80, 2)])
  claims.want('first', [at(80, 3)])
  expect(claims.get(key(80))).toEqual(at(80, 3))
})

test('nothing is left of who wants nothing', () => {
  const claims = new Claims()
  claims.want('one', [at(80), at(80), at(81)])
  expect([...claims.keys()]).toEqual([key(80), key(81)])
  expect(claims.want('one', [at(81)])).toEqual([key(80), key(81)])
  claims.want('one', [])
  expect([...claims.keys()]).toEqual([])
  expect(claims.want('one', [])).toEqual([])
})
