import type { Page } from '@playwright/test'
import { expect, test } from './fake-window.ts'

const grid = (page: Page) => page.getByTestId('containers').locator('table')
const row = (page: Page, name: string) => page.getByTestId(`container-${name}`)
const names = (page: Page) =>
  page
    .locator('tr[data-test^="container-"]')
    .evaluateAll((rows) => rows.map((one) => one.dataset['test']?.replace('container-', '')))
/** Puts the cursor on a container by keys, from wherever it is. */
async function pointAt(page: Page, name: string) {
  await grid(page).focus()
  await page.keyboard.press('Home')
  const id = await row(page, name).getAttribute('id')
  for (let step = 0; step < 40; step += 1) {
    if ((await grid(page).getAttribute('aria-activedescendant')) === id) return
    await page.keyboard.press('ArrowDown')
  }
  throw new Error(`no row ${name}`)
}

test.describe('the list of containers by keyboard alone', () => {
  test('is walked, and opens one', async ({ page }) => {
    await pointAt(page, 'web')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/#\/containers\/[0-9a-f]{64}\/logs$/)
  })

  test('stops, starts and removes by the menu of the row', async ({ page }) => {
    await pointAt(page, 'web')
    await page.keyboard.press('Shift+F10')
    await page.getByRole('menuitem', { name: 'Stop' }).press('Enter')
    await expect(row(page, 'web')).toContainText('Exited (0)')
    await pointAt(page, 'web')
    await page.keyboard.press('Tab')
    for (let step = 0; step < 6; step += 1) {
      const focused = page.locator(':focus')
      if ((await focused.getAttribute('aria-label')) === 'Start web') break
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('Enter')
    await expect(row(page, 'web')).toContainText('Running')
    await pointAt(page, 'web')
    await page.keyboard.press('Delete')
    const dialog = page.getByRole('dialog', { name: 'Remove container web?' })
    await expect(dialog).toContainText('running and is ended first')
    await dialog.getByRole('button', { name: 'Remove' }).press('Enter')
    await expect(row(page, 'web')).toHaveCount(0)
  })

  test('selects a range and stops it, and says once what came of it', async ({ page }) => {
    await pointAt(page, 'shop-api-1')
    await page.keyboard.press('Space')
    await page.keyboard.press('Shift+ArrowDown')
    await page.keyboard.press('Shift+ArrowDown')
    await expect(page.getByTestId('bulk-count')).toHaveText('3 selected')
    await page.getByTestId('bulk-stop').press('Enter')
    await expect(page.getByTestId('bulk-result')).toContainText('Stopped 3 of 3')
    await expect(row(page, 'shop-db-1')).toContainText('Exited')
    await grid(page).focus()
    await page.keyboard.press('Escape')
    await expect(page.getByTestId('bulk-bar')).toHaveCount(0)
  })

  test('folds a project away and remembers that', async ({ page, server }) => {
    await expect(row(page, 'shop-api-1')).toBeVisible()
    const head = page.getByTestId('group-shop')
    await head.getByRole('button', { name: 'Fold shop' }).click()
    await expect(row(page, 'shop-api-1')).toHaveCount(0)
    await expect(head).toContainText('of 4 running')
    await expect
      .poll(async () => Object.keys(await server.app.api.app.memory()))
      .toContain('containers.closed')
    await page.reload()
    await expect(head).toBeVisible()
    await expect(row(page, 'shop-api-1')).toHaveCount(0)
    await head.click()
    await page.keyboard.press('ArrowRight')
    await expect(row(page, 'shop-api-1')).toBeVisible()
  })

  test('takes the filters of the CLI, with proposals', async ({ page }) => {
    await expect(row(page, 'web')).toBeVisible()
    await page.keyboard.press('/')
    await page.keyboard.type('sta')
    await expect(page.getByRole('option', { name: 'status=' })).toBeVisible()
    await page.keyboard.press('Tab')
    await page.keyboard.type('ex')
    await page.keyboard.press('Tab')
    await expect(page.getByTestId('chips')).toContainText('status=exited')
    await expect(row(page, 'web')).toHaveCount(0)
    await page.keyboard.type('exited=137 ')
    expect(await names(page)).toEqual(['train-model'])
    await page.keyboard.type('nothing like it')
    await page.getByTestId('show-all').press('Enter')
    await expect(row(page, 'web')).toBeVisible()
    await expect(page.getByTestId('chips')).toHaveCount(0)
  })

  test('orders by a column and by the menu', async ({ page }) => {
    await expect(row(page, 'web')).toBeVisible()
    await page.getByTestId('arrange').press('Enter')
    await page.getByRole('menuitemcheckbox', { name: 'Group by Compose project' }).press('Enter')
    await page.keyboard.press('Escape')
    const age = grid(page).getByRole('columnheader', { name: 'Age', exact: true })
    await age.getByRole('button').click()
    await expect(age).toHaveAttribute('aria-sort', 'ascending')
    await age.getByRole('button').click()
    await expect(age).toHaveAttribute('aria-sort', 'descending')
    expect((await names(page))[0]).toBe('one-off')
  })
})

test.describe('many containers at once', () => {
  test('are removed after one question that counts them, and failures are told', async ({
    page,
    server,
  }) => {
    server.engine.breakNext('DELETE /containers', {
      status: 500,
      message: 'driver failed to remove root filesystem',
    })
    await expect(row(page, 'web')).toBeVisible()
    await page.keyboard.press('/')
    await page.keyboard.type('busybox')
    await expect.poll(() => names(page)).toEqual(['flaky', 'one-off'])
    await grid(page).focus()
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Delete')
    const dialog = page.getByRole('dialog', { name: 'Remove 2 containers?' })
    await expect(dialog).toContainText('running (1 of 2)')
    await dialog.getByTestId('confirm').press('Enter')
    const result = page.getByTestId('bulk-result')
    await expect(result).toContainText('Removed 1 of 2 · 1 failed')
    await expect(result).toContainText('driver failed')
  })

  test('can be called off', async ({ page, server }) => {
    server.engine.breakNext('POST /containers', 'never', 4)
    await expect(row(page, 'web')).toBeVisible()
    await grid(page).focus()
    await page.keyboard.press('Control+a')
    await page.getByTestId('bulk-restart').press('Enter')
    await expect(page.getByTestId('bulk-bar')).toContainText('Restarting 0 of 14')
    await page.getByTestId('bulk-cancel').press('Enter')
    await expect(page.getByTestId('bulk-bar')).toContainText('0 of 14')
  })
})

test.describe('one container', () => {
  test('is renamed, with what is wrong told at the field', async ({ page }) => {
    await pointAt(page, 'one-off')
    await page.keyboard.press('Shift+F10')
    await page.getByRole('menuitem', { name: 'Rename…' }).press('Enter')
    const field = page.getByTestId('new-name')
    await field.fill('-x')
    await field.press('Enter')
    await expect(page.getByRole('dialog')).toContainText('A name has two characters')
    await field.fill('web')
    await field.press('Enter')
    await expect(page.getByRole('dialog')).toContainText('already a container named web')
    await field.fill('one-of-a-kind')
    await field.press('Enter')
    await expect(row(page, 'one-of-a-kind')).toBeVisible()
    await expect(page.getByRole('dialog')).toHaveCount(0)
  })

  test('gets the signal that was chosen', async ({ page, server }) => {
    await row(page, 'web').click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Kill…' }).click()
    await page.getByRole('radio', { name: 'SIGTERM' }).click()
    await page.getByTestId('send-signal').click()
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect
      .poll(() => server.engine.requests.some((line) => /kill.*signal=SIGTERM/.test(line)))
      .toBe(true)
  })

  test('shows what it uses', async ({ page }) => {
    await expect(row(page, 'shop-db-1')).toContainText(/\d%/, { timeout: 10_000 })
    await expect(row(page, 'shop-db-1')).toContainText('MiB')
  })
})
