import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { secretHeader } from '../../../../main/mirrors/pull-address.ts'
import { openPullServer, type PullServerParts } from '../../../../main/mirrors/pull-server.ts'

const secret = '5'.repeat(64)

async function open(port: number) {
  const parts = { wanted: { port, secret }, log: { failure: () => undefined }, source: {} }
  const server = await openPullServer(parts as unknown as PullServerParts)
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

test('whoever has taken the port, and was shown the secret there, knows none that counts', async () => {
  const other = createServer()
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  const { port } = other.address() as AddressInfo
  const { address } = await open(port)
  expect(address.port).not.toBe(port)
  expect(address.secret).toMatch(/^[0-9a-f]{64}$/)
  expect(address.secret).not.toBe(secret)
})

test('the address of the last time is kept where it can be had', async () => {
  const first = await open(0)
  expect(first.address.secret).toBe(secret)
  const { address } = first
  await first[Symbol.asyncDispose]()
  const again = await open(address.port)
  expect(again.address).toEqual(address)
  const answer = await fetch(`http://127.0.0.1:${address.port}/`, {
    headers: { [secretHeader]: secret },
  })
  expect(answer.status).toBe(404)
})
