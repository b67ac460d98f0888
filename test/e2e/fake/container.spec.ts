import type { Page } from '@playwright/test'
import { expect, test } from './fake-window.ts'

test.use({ start: '/' })
test.beforeEach(async ({ page }) => {
  await expect(page.getByTestId('health-line')).toBeVisible()
})

const rows = (page: Page) => page.locator('.xterm-rows')

test('parts are reached by address and by digit', async ({ page, server, visit }) => {
  const id = server.engine.store.container('shop-api-1').id
  await visit(`/containers/${id}/env`)
  await expect(page.getByTestId('env-row').first()).toBeVisible()
  await page.keyboard.press('1')
  await expect(page.getByTestId('overview')).toBeVisible()
  await expect(page).toHaveURL(/\/overview$/)
  await page.keyboard.press('0')
  await expect(page.getByTestId('change-row').first()).toBeVisible()
  await page.keyboard.press('2')
  await expect(page.getByTestId('log')).toContainText('order priced')
})

test('a log is searched by keyboard, and stands still while one reads', async ({
  page,
  server,
  visit,
}) => {
  await visit(`/containers/${server.engine.store.container('shop-api-1').id}/logs`)
  const log = page.getByTestId('log')
  await expect(log).toContainText('order priced')
  await page.keyboard.press('/')
  await page.keyboard.type('could not be priced')
  await expect(page.getByTestId('log-found')).toHaveText(/^\d+ found/)
  await page.keyboard.press('Shift+Enter')
  await expect(page.getByTestId('log-found')).toHaveText(/^(\d+) of \1$/)
  await expect(log.locator('mark').first()).toHaveText('could not be priced')
  await expect(log).toHaveAttribute('data-following', 'false')
  await page.getByTestId('log-only').click()
  await expect(log).not.toContainText('order priced')
  await page.getByTestId('log-search').fill('(')
  await expect(page.getByTestId('log-found')).toHaveText('0 found')
  await page.getByRole('button', { name: 'Regular expression' }).click()
  await expect(page.getByTestId('log-found')).toHaveText('not a valid expression')
  await page.getByTestId('log-search').fill('')
  await page.getByTestId('log-to-end').click()
  await expect(log).toHaveAttribute('data-following', 'true')
})

test('a terminal goes on while its user is elsewhere', async ({ page, server, visit }) => {
  const id = server.engine.store.container('shop-api-1').id
  await visit(`/containers/${id}/terminal`)
  await expect(rows(page)).toContainText('$')
  await page.keyboard.type('echo 你好 berth\n')
  await expect(rows(page)).toContainText('\n你好 berth'.trim())
  await visit('/images')
  await expect(rows(page)).toHaveCount(0)
  await visit(`/containers/${id}/terminal`)
  await expect(rows(page)).toContainText('echo 你好 berth')
  await page.keyboard.type('exit 3\n')
  await expect(page.getByTestId('terminal-end')).toContainText('code 3')
  await page.getByTestId('terminal-again').click()
  await expect(page.getByTestId('terminal-end')).toHaveCount(0)
  await page.getByTestId('terminal-new').click()
  await page.getByTestId('terminal-user').fill('root')
  await page.getByTestId('terminal-open').click()
  await expect(page.getByTestId('terminal-tab')).toHaveText(['bash', 'bash (root)'])
})

test('what a program writes does nothing outside its terminal', async ({ page, server, visit }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await visit(`/containers/${server.engine.store.container('shop-api-1').id}/terminal`)
  await expect(rows(page)).toContainText('$')
  await page.evaluate(() => navigator.clipboard.writeText('mine'))
  const title = await page.title()
  const corpus = [
    String.raw`\e]52;c;b3duZWQ=\a`,
    String.raw`\e]0;owned\a\e]2;owned\a`,
    String.raw`\e[21t\e[3;0;0t`,
    String.raw`\e[38;2;1;2;3;48;2;4;5;6mtrue\e[0m`,
    String.raw`\e]8;;javascript:document.title=1\alink\e]8;;\a`,
  ]
  await page.keyboard.type(`printf '${corpus.join('')}<b>done</b>'\n`)
  await expect(rows(page)).toContainText('truelink<b>done</b>')
  await rows(page).getByText('link').last().click({ force: true })
  expect(await page.title()).toBe(title)
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('mine')
  await expect(rows(page).locator('b')).toHaveCount(0)
})

test('use is drawn, the whole answer is searched, secrets are covered', async ({
  page,
  server,
  visit,
}) => {
  const id = server.engine.store.container('shop-api-1').id
  await visit(`/containers/${id}/stats`)
  await expect(page.getByTestId('chart-memory')).toContainText('MiB')
  await expect(page.getByTestId('charts').locator('canvas')).toHaveCount(5)
  await visit(`/containers/${id}/inspect`)
  await page.getByTestId('inspect-search').fill('NanoCpus')
  await expect(page.getByTestId('json-tree')).toContainText('1500000000')
  await visit(`/containers/${id}/env`)
  const secret = page.getByTestId('env-row').filter({ hasText: 'STRIPE_SECRET_KEY' })
  await expect(secret).toContainText('***')
  await secret.getByRole('button', { name: 'Show the value' }).click()
  await expect(secret).toContainText('sk_test_')
  await visit(`/containers/${id}/processes`)
  await expect(page.getByTestId('process-row').first()).toContainText('node server.js')
})

test('one that is gone says so, and one that never was', async ({ page, server, visit }) => {
  const id = server.engine.store.container('shop-api-1').id
  await visit(`/containers/${id}/overview`)
  await expect(page.getByTestId('overview')).toBeVisible()
  await page.getByTestId('container-menu').click()
  await page.getByRole('menuitem', { name: 'Copy ID' }).click()
  const { store } = server.engine
  const container = store.container(id)
  store.containers.delete(id)
  store.changeContainer(container, 'destroy')
  await expect(page.getByTestId('container-gone')).toBeVisible()
  await expect(page.getByTestId('overview')).toBeVisible()
  await visit(`/containers/${'0'.repeat(64)}/logs`)
  await expect(page.getByTestId('container-missing')).toBeVisible()
})
