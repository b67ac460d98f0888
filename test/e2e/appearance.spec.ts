import { expect, test } from './berth.ts'
import { askApp, runBerth } from './cli.ts'

test.afterEach(() => runBerth(['set', 'language=en', 'theme=light', 'density=comfortable']))

test('language and theme change at once, and are there again after a reload', async ({
  window,
}) => {
  const { page, settings } = window
  const html = page.locator('html')
  await window.show('Settings')
  await settings.chooseLanguage('简体中文')
  await expect(page.getByRole('heading', { name: '设置', exact: true })).toBeVisible()
  await expect(html).toHaveAttribute('lang', 'zh-CN')
  await settings.theme.getByRole('tab', { name: '深色' }).click()
  await expect(html).toHaveClass(/dark/)

  await page.reload()
  await expect(page.getByRole('navigation').getByRole('link', { name: '容器' })).toBeVisible()
  await expect(html).toHaveClass(/dark/)
})

test('a setting that the CLI changes reaches the open window', async ({ window }) => {
  await window.show('Settings')
  await runBerth(['set', 'theme=dark'])
  await expect(window.page.locator('html')).toHaveClass(/dark/)
})

test('density and the side bar are as they were left', async ({ window }) => {
  const { page, settings } = window
  await window.show('Settings')
  await settings.density.getByRole('tab', { name: 'Compact' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-density', 'compact')
  await page.getByRole('button', { name: 'Collapse the side bar' }).click()
  const expand = page.getByRole('button', { name: 'Expand the side bar' })
  await expect(expand).toBeVisible()
  const remembered = () => askApp(async ({ app }) => (await app.memory())['sidebar-folded'])
  await expect.poll(remembered).toBe('true')

  // The address alone, as a new window has it.
  await page.goto(new URL('#/', page.url()).href)
  await page.reload()
  await expect(expand).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('data-density', 'compact')
})
