import { expect, test } from 'vitest'
import type { ExecResult } from '../../../../vm/index.ts'
import { parseGuest, setCpus, setSwap } from '../../../../vm/limits/guest-limits.ts'

const never = new AbortController().signal
const ending = (code: number, stderr = '') => {
  const told: string[][] = []
  const exec = (command: readonly string[]): Promise<ExecResult> => {
    told.push([...command])
    return Promise.resolve({ code, stdout: Buffer.alloc(0), stderr: Buffer.from(stderr) })
  }
  return { exec, told }
}

test('what the guest has is read from its own tables', () => {
  const text =
    '2\nMemTotal:  2000000 kB\nMemFree: 1 kB\nMemAvailable:  1500000 kB\nSwapTotal: 262140 kB\n'
  expect(parseGuest(text)).toEqual({ cpus: 2, swapMiB: 256, usedMiB: 489 })
})

test.each([
  [3, 'swap-no-room'],
  [4, 'swap-in-use'],
  [1, 'limit-refused'],
])('a swap that ends with %i is refused as %s', async (code, refusal) => {
  const { exec } = ending(code, 'first\nswapon: no\n')
  await expect(setSwap(exec, { swapMiB: 64 }, never)).rejects.toMatchObject({ code: refusal })
})

test('the guest is told how many processors are to work', async () => {
  const { exec, told } = ending(0)
  await setCpus(exec, 3, never)
  expect(told).toEqual([['/usr/lib/berth/cpus', '3']])
})
