import { expect, test } from './fake-window.ts'

test.use({ start: '/images' })

test('images are chosen by keys and removed together', async ({ page, server }) => {
  const list = page.getByTestId('images')
  await page.getByRole('radio', { name: /Dangling/ }).click()
  await expect(list.locator('tr[data-id]')).toHaveCount(2)
  await page.getByTestId('image-filter').press('ArrowDown')
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('Delete')
  await page.getByTestId('confirm').click()
  await expect(page.getByText('Removed: 2 · kept: 0', { exact: true })).toBeVisible()
  const dangling = [...server.engine.store.images.values()].filter(({ tags }) => tags.length === 0)
  expect(dangling).toHaveLength(0)
})

test('clearing up removes exactly what stays ticked', async ({ page, server }) => {
  await page.getByTestId('prune').click()
  const rows = page.getByRole('dialog').getByRole('row')
  await expect(rows).toHaveCount(3)
  await rows.nth(1).getByRole('checkbox').click()
  await page.getByTestId('prune-submit').click()
  await expect(page.getByTestId('prune-result')).toContainText('Images removed: 1')
  const dangling = [...server.engine.store.images.values()].filter(({ tags }) => tags.length === 0)
  expect(dangling).toHaveLength(1)
})

test('an image is saved by a download of the browser', async ({ page }) => {
  await page.getByTestId('images').locator('tr[data-id]').first().click({ button: 'right' })
  const downloading = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'Save as file…' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toMatch(/\.tar$/)
  expect(await download.failure()).toBeNull()
})

test('an image of a stopped container goes only when that was ticked, however many names it has', async ({
  page,
  server,
}) => {
  const { images } = server.engine.store
  const count = images.size
  const row = page.locator('tr[data-id]').filter({ hasText: '2.4.0' })
  const remove = async (isTicked: boolean) => {
    await row.click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Remove' }).last().click()
    if (isTicked) await page.getByRole('dialog').getByRole('checkbox').click()
    await page.getByTestId('confirm').click()
  }
  await remove(false)
  await expect(page.getByTestId('failure').first()).toContainText('is used by a container')
  expect(images.size).toBe(count)
  await remove(true)
  await expect.poll(() => images.size).toBe(count - 1)
})
