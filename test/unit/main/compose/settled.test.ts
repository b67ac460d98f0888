import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { whenSettled } from '../../../../main/compose/settled.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-settled-'))
})
afterEach(async () => {
  vi.useRealTimers()
  await rm(directory, { recursive: true })
})

const source = () => ({ directory, files: [join(directory, 'compose.yaml')], envFiles: [] })
/** How long it waits, by a clock of its own that begins so long after the files were written. */
async function waitedAfter(ms: number): Promise<number> {
  vi.useFakeTimers({ now: Date.now() + ms, toFake: ['Date'] })
  const begun = performance.now()
  await whenSettled(source())
  return performance.now() - begun
}

test('a file that was written just now is waited for, whatever time it carries', async () => {
  await writeFile(join(directory, 'compose.yaml'), 'services: {}')
  await utimes(join(directory, 'compose.yaml'), 1, 1)
  expect(await waitedAfter(0)).toBeGreaterThan(600)
})

test('what lies beside it counts, too', async () => {
  await writeFile(join(directory, '.env'), 'A=1')
  expect(await waitedAfter(0)).toBeGreaterThan(600)
})

test.each([2000, -60_000])('%i ms after the last change nothing is waited for', async (ms) => {
  await writeFile(join(directory, 'compose.yaml'), 'services: {}')
  expect(await waitedAfter(ms)).toBeLessThan(600)
})
