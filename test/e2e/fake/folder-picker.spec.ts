import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { findBarriers } from './barriers.ts'
import { expect, test as base } from './fake-window.ts'

/** A folder in the user's own, with a project in it. */
const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(homedir(), 'berth-picker-'))
    await mkdir(join(folder, 'blog', 'site'), { recursive: true })
    await writeFile(
      join(folder, 'blog', 'compose.yaml'),
      JSON.stringify({ services: { web: { image: 'nginx:latest' } } }),
    )
    await use(folder)
    await rm(folder, { recursive: true })
  },
})

test('a Compose file is found by keys and opened', async ({ page, visit, folder }) => {
  await visit('/compose')
  await page.getByTestId('compose-open').click()
  await page.getByTestId('browse').click()
  const picker = page.getByTestId('picker')
  await picker.getByRole('option', { name: basename(folder) }).dblclick()
  await expect(page.getByTestId('picker-path')).toHaveText(folder)
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('picker-path')).toHaveText(join(folder, 'blog'))
  await page.keyboard.press('Backspace')
  await expect(picker.getByRole('option', { name: 'blog' })).toHaveAttribute(
    'aria-selected',
    'true',
  )
  await page.keyboard.press('Enter')
  await expect(picker.getByRole('option')).toHaveText(['site', 'compose.yaml'])
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('project-name')).toHaveText('blog')
})

test('a folder is chosen for a mount', async ({ page, visit, folder }) => {
  await visit('/containers')
  await page.getByTestId('run').click()
  await page.getByRole('button', { name: 'Add volume' }).click()
  await page.getByTestId('run-form').getByRole('combobox', { name: 'Kind' }).click()
  await page.getByRole('option', { name: 'Folder' }).click()
  await page.getByTestId('run-form').getByTestId('browse').click()
  await page
    .getByTestId('picker')
    .getByRole('option', { name: basename(folder) })
    .dblclick()
  await expect(page.getByTestId('picker-path')).toHaveText(folder)
  await expect(page.getByTestId('picker-choose')).toHaveText(`Choose “${basename(folder)}”`)
  await page.getByTestId('picker').getByRole('option', { name: 'blog' }).click()
  await page.getByTestId('picker-choose').click()
  await expect(page.getByLabel('Folder on this computer')).toHaveValue(join(folder, 'blog'))
})

test('a folder with nothing in it says so, is no barrier, and is left by a key', async ({
  page,
  visit,
  folder,
}) => {
  await visit('/settings#folders')
  await page.getByTestId('shares').getByTestId('browse').click()
  const picker = page.getByTestId('picker')
  for (const name of [basename(folder), 'blog', 'site'])
    await picker.getByRole('option', { name }).dblclick()
  await expect(picker).toContainText('No folders in here')
  expect(await findBarriers(page, 'an empty folder')).toEqual([])
  await page.keyboard.press('Backspace')
  await expect(picker.getByRole('option', { name: 'site' })).toBeVisible()
})

test('leaving it changes nothing', async ({ page, visit, folder }) => {
  await visit('/settings#folders')
  await page.getByTestId('shares').getByTestId('browse').click()
  await expect(page.getByTestId('picker')).toContainText(basename(folder))
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('picker')).toBeHidden()
  await expect(page.getByTestId('share-path')).toHaveValue('')
})
