import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from './berth.ts'
import { electronProgram, hasTrueElectron } from './electron-face.ts'

test('a second app on the same home says so in one sentence, and the first goes on', async ({
  window,
}) => {
  test.skip(hasTrueElectron, 'a true dialog waits for its user')
  await expect(window.healthLine).toBeVisible()
  const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const second = await new Promise<{ code: unknown; said: string }>((resolve) => {
    const args = [...flags, join(import.meta.dirname, '..', '..')]
    execFile(electronProgram, args, (error, _out, said) => resolve({ code: error?.code, said }))
  })
  expect(second.code).toBe(1)
  expect(second.said).toMatch(/^Berth could not start: Berth is running on .* already\./)
  await expect(window.healthLine).toContainText('Engine running')
})
