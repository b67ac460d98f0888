import { mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { sayNotShared } from '../../../main/words/not-shared.ts'
import { expect, test as base } from './fake-window.ts'

/** A folder of this computer that nobody shares yet. */
const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(homedir(), 'berth-share-'))
    await use(folder)
    await rm(folder, { recursive: true })
  },
})

test('folders are shared, made read-only and taken back', async ({
  page,
  server,
  visit,
  folder,
}) => {
  const shares = async () => (await server.app.api.settings.get()).settings.shares
  const before = await shares()
  await visit('/settings#folders')
  await page.getByTestId('share-path').fill(join(folder, 'missing'))
  await page.getByTestId('share-add').click()
  await expect(page.getByTestId('shares').getByRole('alert')).toContainText('There is no folder')
  expect(await shares()).toEqual(before)

  await page.getByTestId('share-path').fill(folder)
  await page.getByTestId('share-path').press('Enter')
  const row = page.getByTestId('share').filter({ hasText: folder })
  await expect(row).toBeVisible()
  await row.getByRole('switch').click()
  await expect(row.getByRole('switch')).toBeChecked()
  expect((await shares()).at(-1)).toEqual({ path: folder, readOnly: true })
  await row.getByRole('button').last().click()
  await expect(row).toHaveCount(0)
  expect(await shares()).toEqual(before)
})

test('what is gone, and what could not be mounted, is told with the folders', async ({
  page,
  server,
  visit,
  folder,
}) => {
  const { settings } = await server.app.api.settings.get()
  await server.app.api.settings.set({
    shares: [...settings.shares, { path: folder, readOnly: false }],
  })
  await rmdir(folder)
  await visit('/settings#folders')
  const row = page.getByTestId('share').filter({ hasText: folder })
  await expect(row).toContainText('not found')
  await mkdir(folder)
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await expect(row).not.toContainText('not found')

  server.machine.exec = () =>
    Promise.resolve({ code: 1, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) })
  await row.getByRole('switch').click()
  await expect(page.getByTestId('shares-trouble')).toContainText('could not be mounted')
  await expect(page.getByTestId('health-line')).toContainText('Shared folders: Down')
})

test('a run that needs a folder offers to share it, and goes on', async ({
  page,
  server,
  folder,
}) => {
  const refusal = { status: 400, message: sayNotShared('en', folder) }
  server.engine.breakNext('POST /containers/create', refusal)
  await page.getByTestId('run').click()
  await page.getByTestId('run-paste-open').click()
  await page
    .getByTestId('run-paste')
    .fill(`docker run --name mounted -v ${folder}:/app nginx:1.29-alpine`)
  await page.getByTestId('run-paste-take').click()
  await page.getByTestId('run-submit').click()
  await expect(page.getByText(`${folder} is not in a folder`)).toBeVisible()
  await page.getByTestId('run-share').getByRole('button').click()
  await expect(page.getByText('mounted is running', { exact: true })).toBeVisible()
  const { shares } = (await server.app.api.settings.get()).settings
  expect(shares).toContainEqual({ path: folder, readOnly: false })
})
