import { readFile } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { startFakeApp } from '../../support/fake-app.ts'

test('what was to be kept is on the disk when the app has ended', async () => {
  const fake = await startFakeApp({ stepMs: 1 })
  onTestFinished(() => fake[Symbol.asyncDispose]())
  const { api, paths } = fake.app
  const asked = [api.app.remember('width', '300'), api.settings.set({ theme: 'dark' })]
  await fake.app[Symbol.asyncDispose]()
  const kept = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'))
  expect(await kept(paths.memory)).toEqual({ width: '300' })
  expect(await kept(paths.settings)).toMatchObject({ theme: 'dark' })
  await Promise.all(asked)
})
